import Testing

@Suite struct CommandLineTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write("args.tcb", "print args, $HOME ?? \"no home\"")
    try folder.write("args", "print args")
  }

  @Test(arguments: [
    (["run", "args"], "[]"), (["run", "args", "a b", "--deny", "x", "-c"], #"["a b", "--deny", "x", "-c"]"#),
    (["run", "--deny", "net", "args", "-x", "--", "run"], #"["-x", "--", "run"]"#),
    (["run", "--deny=net,env", "args", "run"], #"["run"]"#),
  ])
  func `what stands behind the script is the script's`(arguments: [String], printed: String) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect(outcome.outputText == printed + "\n", "\(outcome.errorText)")
    #expect(outcome.status == 0)
  }

  @Test(arguments: [
    ["run", "--deny", "env", "args.tcb"], ["run", "--deny=env", "args.tcb", "x"],
    ["--deny", "env", "run", "args.tcb"],
    ["--deny", "env", "-c", "print $HOME"],
  ])
  func `what is denied is denied`(arguments: [String]) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("error[E0905]"), "\(outcome.outputText)\(outcome.errorText)")
  }

  @Test func `a file may be called run`() throws {
    try folder.write("run", "print 1")
    try folder.write("bad", "exprot")
    #expect(try folder.tcbsh(["run", "run", "run"]).outputText == "1\n")
    #expect(try folder.tcbsh(["check", "run", "args", "bad"]).status == 2)
    #expect(try folder.tcbsh(["-c", "run"]).errorText.contains("error[E0301]"))
  }

  @Test func `a script comes from standard input`() throws {
    #expect(try folder.tcbsh(["run", "-", "x"], stdin: "print args").outputText == "[\"x\"]\n")
    #expect(try folder.tcbsh(["-c", "-"], stdin: "print 1").outputText == "1\n")
    #expect(try folder.tcbsh([], stdin: "print 2").outputText == "2\n")
  }

  @Test(arguments: [
    ["run", "--deny"], ["run", "--deny", "all", "args"], ["run", "--nonsense", "args"],
    ["run", "--deny", "env"],
  ])
  func `a wrong option is told`(arguments: [String]) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.hasPrefix("Error: "), "\(outcome.errorText)")
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: [["--version"], ["--help"], ["run", "--help"], ["help"], ["help", "links"]])
  func `what was asked for is an answer`(arguments: [String]) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
  }
}
