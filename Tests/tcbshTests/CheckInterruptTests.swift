// Ctrl-C in `tcbsh check`.

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
}
