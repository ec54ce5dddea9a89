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

  @Test(arguments: [
    (["rn", "args.tcb"], "there is no command `rn`; did you mean `run`?"),
    (["args.tcb"], "to run a file write `tcbsh run args.tcb`"),
    (["arsg.tcb"], "there is no file `arsg.tcb`; did you mean `tcbsh run args.tcb`?"),
    (["nonsense"], "there is no command `nonsense`; `tcbsh --help` shows which there are"),
  ])
  func `a first word that is no command is told with the nearest`(arguments: [String], told: String) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect((outcome.status, outcome.errorText) == (2, "tcbsh: \(told)\n"))
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
    #expect(try folder.tcbsh(["-c", "-1 + 3"]).outputText == "2\n")
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

  @Test(arguments: [
    (["-c", "print 1 / 0"], ["LC_ALL": "zh_CN.UTF-8"], "错误[E0405]: 除以零\n"),
    (["-c", "print 1 / 0"], ["LANG": "zh_CN.UTF-8", "LC_ALL": ""], "错误[E0405]: 除以零\n"),
    (["-c", "print 1 / 0"], ["LANG": "zh_CN.UTF-8", "LC_ALL": "C"], "error[E0405]: division by zero\n"),
    (["--lang", "zh", "-c", "print 1 / 0"], [:], "错误[E0405]: 除以零\n"),
    (["run", "--lang", "zh", "missing.tcb"], [:], "错误[E0601]: 无法读取 `missing.tcb`：文件不存在\n"),
    (
      ["run", "--lang=en", "missing.tcb"], ["LC_ALL": "zh_CN"],
      "error[E0601]: cannot read `missing.tcb`: there is"
    ),
    (["check", "--lang", "zh", "missing.tcb"], [:], "错误[E0601]: 无法读取"),
    (["fmt", "--lang", "zh", "missing.tcb"], [:], "错误[E0601]: 无法读取"),
    (["explain", "--lang", "zh", "E9999"], [:], "tcbsh: 没有名为 `E9999` 的代码\n"),
    (["help", "--lang", "zh", "lnks"], [:], "tcbsh: 没有名为 `lnks` 的命令、定义或函数；是否想写 `links`？\n"),
    (
      ["run", "--lang", "zh", "--format", "json", "missing.tcb"], [:],
      #"{"severity":"error","code":"E0601","message":"无法读取 `missing.tcb`：文件不存在"}"#
    ),
  ])
  func `errors are told in the language asked for`(
    arguments: [String], environment: [String: String], told: String
  ) throws {
    let outcome = try folder.tcbsh(arguments, environment: environment)
    #expect(outcome.errorText.hasPrefix(told), "\(outcome.errorText)")
    #expect(outcome.status != 0)
  }

  @Test func `what a script sees of an error is the same in every language`() throws {
    let script = #"try { let x = 1 / 0 } catch e { print e.message }"#
    let outcome = try folder.run(script, environment: ["LC_ALL": "zh_CN.UTF-8"])
    #expect(outcome.outputText == "division by zero\n")
  }

  @Test(arguments: [
    (["serve", "--help"], "--tls-cert"), (["token", "doctor", "--help"], "--in <env>"),
    (["token", "--help"], "doctor"), (["run", "--help"], "FILE [ARG ...]"),
    (["check", "-h"], "--fail-level"),
  ])
  func `each command has a help of its own`(arguments: [String], part: String) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect(outcome.status == 0 && outcome.outputText.contains(part), "\(outcome.outputText)")
    #expect(!outcome.outputText.contains("Without arguments it is a prompt"))
  }

  @Test(arguments: [["--version"], ["--help"], ["run", "--help"], ["help"], ["help", "links"]])
  func `what was asked for is an answer`(arguments: [String]) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
  }
}
