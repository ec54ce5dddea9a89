// Ctrl-C in `tcbsh check` and `tcbsh policy diff`.

import Glibc
import Testing

@Suite struct CheckInterruptTests {
  @Test func `a lint of very many rules ends at once by Ctrl-C`() throws {
    let folder = try ScratchFolder()
    // Equally specific and each with every other: what tells them apart takes minutes to find out.
    let rules = (10_000..<25_000).map { "  \"**/*\($0)*?/**\" max_age \($0 % 9 + 1)h\n" }.joined()
    try folder.write("many.tcb", "policy site {\n\(rules)}\n")
    let outcome = try folder.tcbsh(["check", "many.tcb", "many.tcb"]) { process in
      usleep(700_000)
      kill(process, SIGINT)
    }
    #expect(outcome.status == 130)
    #expect(outcome.errorText == "")
  }

  @Test func `a comparison that takes long ends at once by Ctrl-C`() throws {
    let folder = try ScratchFolder()
    // Which of these globs match a path together is not found out within the bound, and that bound is met once for each policy: left
    // alone it takes minutes, which is longer than the program is waited for.
    func text(_ lifetime: Int) -> String {
      let letters = (0..<20).map { String(UnicodeScalar(UInt8(97 + $0))) }
      let rules = letters.map { "  \"**/*\($0)q*\" max_age \(lifetime)m\n" }.joined()
      return (0..<60).map { "policy p\($0) {\n\(rules)}\n" }.joined()
    }
    try folder.write("old.tcb", text(1))
    try folder.write("new.tcb", text(2))
    let outcome = try folder.tcbsh(["policy", "diff", "old.tcb", "new.tcb"]) { process in
      // Reading takes some tenths of a second; a signal that comes meanwhile ends the program the same way.
      usleep(3_000_000)
      kill(process, SIGINT)
    }
    #expect(outcome.status == 130)
    #expect((outcome.outputText, outcome.errorText) == ("", ""))
  }
}
