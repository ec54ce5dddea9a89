import Synchronization
import TCBEngine

/// What a session said.
final class Heard: Sendable {
  private let pieces = Mutex<[Output]>([])

  func add(_ piece: Output) { pieces.withLock { $0.append(piece) } }

  var text: String {
    pieces.withLock { $0 }.map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }

  var notes: String {
    pieces.withLock { $0 }.map { if case .note(let text) = $0 { text } else { "" } }.joined()
  }
}

extension Engine {
  /// The environment and the policy that tests of links use.
  static let definitions = """
    env demo {
      id "test2-4a89da"   bucket "7465-test2-4a89da"   account "1258717764"
      api embedded any    read public
    }
    use env demo
    policy site { default max_age 2h; "tmp/" deny "not shared" }

    """
}
