import Foundation
import Glibc
import TCBHost
import Testing

/// What other programs say.
@Suite struct ProgramTests {
  private let host = SystemHost()

  private func output(_ words: [String], limit: Int = 1_000, within: Int64 = 20_000) throws(HostError)
    -> String
  {
    String(decoding: try host.output(of: words, limit: limit, within: within), as: UTF8.self)
  }

  @Test func `a program's standard output is read, its arguments as they are`() throws {
    #expect(try output(["printf", "%s|", "a b", "$HOME", "*", ""]) == "a b|$HOME|*||")
    #expect(try output(["sh", "-c", "cat; echo aside >&2; echo done"]) == "done\n")
  }

  @Test func `what goes wrong is told apart`() {
    func reason(_ words: [String], limit: Int = 1_000, within: Int64 = 20_000) -> HostError.Reason? {
      #expect(throws: HostError.self) { try output(words, limit: limit, within: within) }?.reason
    }
    #expect(reason(["sh", "-c", "echo x; exit 3"]) == .endedWith(3))
    #expect(reason(["sh", "-c", "kill -9 $$"]) == .endedWith(-9))
    #expect(reason(["/nowhere/at-all"]) == .notFound)
    #expect(reason(["yes"], limit: 10_000) == .other(EFBIG))
    #expect(reason(["sleep", "60"], within: 60) == .tooLate)
    // It is its output that is waited for, whoever holds it.
    #expect(reason(["sh", "-c", "sleep 60 & echo x"], within: 60) == .tooLate)
    #expect(reason([]) == .invalidPath)
    #expect(reason(["a\0b"]) == .invalidPath)
  }

  @Test func `a host without the capability runs nothing`() {
    let host = SystemHost(denied: [.command])
    #expect(throws: HostError(.denied(.command), path: "true")) {
      try host.output(of: ["true"], limit: 1, within: 1_000)
    }
    #expect(throws: HostError(.denied(.command), path: "true")) {
      try NoHost().output(of: ["true"], limit: 1, within: 1_000)
    }
  }

  @Test func `a program is ended with the task that waits for it`() async throws {
    let task = Task { try host.output(of: ["sleep", "60"], limit: 1, within: 60_000) }
    // From a thread of its own: what waits here, and beside it, may have all that tasks have.
    Thread.detachNewThread {
      usleep(50_000)
      task.cancel()
    }
    await #expect(throws: HostError(.cancelled, path: "sleep")) { try await task.value }
  }
}
