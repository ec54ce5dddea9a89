// A session over a host in memory, with an environment and a policy in place.

import TCBEngine
import TCBSyntax
import TCBTestSupport
import Testing

struct Stage {
  let host: FakeHost
  let session: Session

  static let definitions = """
    env demo {
      id "test2-4a89da"   bucket "7465-test2-4a89da"   account "1258717764"
      api embedded any    read public
    }
    use env demo
    policy site { default max_age 2h; "tmp/" deny "not shared" }
    """

  init(files: [String: String] = [:], variables: [String: String] = [:], definitions: String = definitions)
    async
  {
    host = FakeHost(files: files, variables: variables)
    session = Session(host: host)
    if !definitions.isEmpty {
      let status = await run(definitions)
      #expect(status == 0, "\(host.diagnostics)")
    }
  }

  /// Runs a text as a script; gives the exit status.
  @discardableResult
  func run(_ text: String) async -> Int32 {
    await session.run(SourceText(name: "t", text), mode: .script).exitStatus
  }

  /// Runs a text as an entry at the prompt.
  @discardableResult
  func enter(_ text: String) async -> Int32 {
    await session.run(SourceText(name: "prompt", text), mode: .interactive).exitStatus
  }
}
