// Whether a server can do what it is there for.

import Glibc
import Synchronization
import TCBService

/// What `/readyz` tells: nothing is wrong, or what is.
package final class Readiness: Sendable {
  private let core: APICore
  private let stopping = Atomic<Bool>(false)
  /// What keeps the state from being written, if anything does.
  private let stateTrouble: @Sendable () -> String?

  package init(_ core: APICore, stateTrouble: @escaping @Sendable () -> String? = { nil }) {
    self.core = core
    self.stateTrouble = stateTrouble
  }

  package func stop() { stopping.store(true, ordering: .relaxed) }

  /// One plain sentence, without paths of this machine; nil where nothing is wrong.
  package var trouble: String? {
    if stopping.load(ordering: .relaxed) { return "the server is about to stop" }
    if let trouble = stateTrouble() { return "the state cannot be kept: \(trouble)" }
    let environments = core.environments
    if environments.isEmpty { return "no environment is served" }
    for environment in environments {
      guard let folder = environment.objects as? FolderObjects else { continue }
      if access(folder.root, R_OK | X_OK) != 0 {
        return "the folder of environment `\(environment.id)` cannot be read"
      }
    }
    return nil
  }
}
