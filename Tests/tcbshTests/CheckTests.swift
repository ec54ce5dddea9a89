import Testing

/// `tcbsh check` and what lint finds.
@Suite struct CheckTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write("noted.tcb", "policy p { \"tmp/\" deny }\n")
    try folder.write("warned.tcb", "policy p {\n  \"tmp/a\" max_age 1h\n  \"tmp/\" deny \"temporary\"\n}\n")
    try folder.write("wrong.tcb", "policy p { \"/a\" max_age 1h }\n")
    try folder.write("fine.tcb", "policy p { \"a/\" max_age 1h }\n")
  }

  static let statuses: [([String], Int32)] = [
    (["fine.tcb"], 0), (["noted.tcb"], 0), (["warned.tcb"], 1), (["wrong.tcb"], 2),
    (["warned.tcb", "wrong.tcb", "fine.tcb"], 2), (["--fail-level", "note", "noted.tcb"], 1),
    (["--fail-level", "error", "warned.tcb"], 0), (["--fail-level", "never", "warned.tcb"], 0),
    (["--fail-level", "never", "wrong.tcb"], 2), (["--fail-level", "loud", "fine.tcb"], 2),
  ]

  @Test(arguments: statuses)
  func `the status says how bad it is`(arguments: [String], status: Int32) throws {
    #expect(try folder.tcbsh(["check"] + arguments).status == status)
  }

  @Test func `a finding is data with its path and the other rules`() throws {
    let outcome = try folder.tcbsh(["check", "--format", "json", "warned.tcb"])
    #expect(
      outcome.outputText == """
        {"severity":"warning","code":"E0530","message":"this rule never decides: others go before it on every path that it \
        matches","source":"warned.tcb","line":2,"column":3,"endLine":2,"endColumn":21,"help":"`tmp/a` is such a \
        path","path":"tmp/a","related":[{"message":"this goes before \
        it","source":"warned.tcb","line":3,"column":3,"endLine":3,"endColumn":26}]}

        """)
    #expect(outcome.errorText.isEmpty)
  }

  @Test func `a run tells nothing of lint`() throws {
    let outcome = try folder.tcbsh(["run", "warned.tcb"])
    #expect((outcome.status, outcome.errorText) == (0, ""))
  }
}
