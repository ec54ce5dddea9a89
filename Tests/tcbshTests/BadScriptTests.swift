import Glibc
import Testing

/// Scripts that are wrong: an error with a code, or a quiet end, and never a crash.
@Suite struct BadScriptTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func expect(
    _ outcome: Program.Outcome, _ code: String, status: Int32 = 2, _ words: String = ""
  ) {
    #expect(outcome.status == status, "\(outcome.errorText.prefix(1_000))")
    #expect(outcome.errorText.contains("error[\(code)]"), "\(outcome.errorText.prefix(1_000))")
    #expect(outcome.errorText.contains(words), "\(outcome.errorText.prefix(1_000))")
    // What is shown of a text is bounded.
    #expect(outcome.errors.count < 100_000)
  }

  @Test(arguments: ["", "\n\n", "# only words\n", "\u{FEFF}", "   "])
  func `a script of nothing does nothing`(text: String) throws {
    let outcome = try folder.run(text)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: [
    ("print \"abc", "E0103"), ("print 'abc", "E0103"), ("print \"a \\(1 + ", "E0111"),
    ("if true {\n  print 1", "E0111"),
    ("policy p {\n  \"a/\" max_age 1h", "E0111"), ("policy p {\n  \"a/", "E0111"), ("env e { id ", "E0111"),
    ("print [1, 2", "E0111"), ("links \"a\" using", "E0110"), ("fn f(a", "E0111"), ("let x =", "E0110"),
  ])
  func `a script that is cut off is told where`(text: String, code: String) throws {
    expect(try folder.run(text), code)
  }

  @Test(
    arguments: [[0xFF], [0xC3, 0x28], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80]]
      as [[UInt8]])
  func `bytes that are no UTF-8 are told`(bytes: [UInt8]) throws {
    try folder.write("main.tcb", bytes: Array("print 1\nprint \"".utf8) + bytes + Array("\"\n".utf8))
    let outcome = try folder.tcbsh(["run", "main.tcb"])
    expect(outcome, "E0101", "main.tcb:2:8")
    #expect(outcome.output.isEmpty)
  }

  @Test func `NUL bytes are told`() throws {
    try folder.write("main.tcb", bytes: Array("print 1\n\0\0\nprint 2".utf8))
    let outcome = try folder.tcbsh(["run", "main.tcb"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("main.tcb:2:1"))
  }

  @Test func `a line of 10 MB is read`() throws {
    let long = String(repeating: "中x", count: 2_500_000)
    #expect(try folder.run("# \(long)\nprint 1").outputText == "1\n")
    #expect(try folder.run("print length(\"\(long)\")").outputText == "5000000\n")
    expect(try folder.run("print \"\(long)"), "E0103")
    expect(try folder.run("print \(String(repeating: "x", count: 10_000_000))"), "E0201")
    expect(try folder.run(String(repeating: "1 + ", count: 2_500_000) + "1"), "E0113")
  }

  @Test(arguments: ["(", "[", "{a: ", "-", "not ", "if true { ", "fn f() { ", "\"\\("])
  func `ten thousand levels are too deep`(opening: String) throws {
    let outcome = try folder.run("print " + String(repeating: opening, count: 10_000))
    #expect(outcome.status == 2, "\(outcome.errorText.prefix(500))")
    #expect(outcome.errorText.hasPrefix("error[E0"))
    #expect(outcome.errors.count < 20_000)
  }

  @Test func `ten thousand brackets that are closed are too deep`() throws {
    let levels = 10_000
    let text = "print " + String(repeating: "(", count: levels) + "1" + String(repeating: ")", count: levels)
    expect(try folder.run(text), "E0113")
  }

  @Test func `a script that is not there, or is a folder, or may not be read`() throws {
    folder.makeFolder("sub")
    for (name, words) in [
      ("missing.tcb", "no such file"), ("sub", "folder"), ("missing/a.tcb", "no such file"),
    ] {
      let outcome = try folder.tcbsh(["run", name])
      #expect(outcome.status == 2 || outcome.status == 1)
      #expect(outcome.errorText.contains("error[E0601]"), "\(outcome.errorText)")
      #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
    }
  }

  @Test(.enabled(if: geteuid() != 0 || access("/usr/bin/setpriv", X_OK) == 0))
  func `a file that may not be read is told`() throws {
    try folder.write("locked.tcb", "print 1")
    try folder.write("locked.csv", "path\na\n")
    chmod(folder.path, 0o755)
    for name in ["locked.tcb", "locked.csv"] { chmod(folder.path + "/" + name, 0) }
    let script = "files f from csv \"locked.csv\"; f | count"
    for arguments in [["run", "locked.tcb"], ["-c", script]] {
      let outcome = try unprivileged(arguments)
      #expect(outcome.errorText.contains("error[E0601]"), "\(outcome.errorText)")
      #expect(outcome.errorText.contains("permission was refused"), "\(outcome.errorText)")
      #expect(outcome.status == 1 || outcome.status == 2)
    }
  }

  private func unprivileged(_ arguments: [String]) throws -> Program.Outcome {
    guard geteuid() == 0 else { return try folder.tcbsh(arguments) }
    return try Program.run(
      ["--reuid", "65534", "--regid", "65534", "--clear-groups", try Program.path()] + arguments,
      environment: ["HOME": "/nonexistent"], directory: folder.path, program: "/usr/bin/setpriv")
  }

  @Test(arguments: [
    (["--nonsense"], "--nonsense"), (["run"], "file"), (["-c"], "-c"), (["check"], "file"),
  ])
  func `a wrong command line is told`(arguments: [String], words: String) throws {
    let outcome = try folder.tcbsh(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.lowercased().contains(words), "\(outcome.errorText)")
    #expect(outcome.output.isEmpty)
  }

  @Test func `check tells what is wrong and runs nothing`() throws {
    try folder.write("good.tcb", "export [{a: 1}] to \"made.csv\"")
    try folder.write("bad.tcb", "exprot [1] to \"a.csv\"\nprint totl")
    #expect(try folder.tcbsh(["check", "good.tcb"]).status == 0)
    let outcome = try folder.tcbsh(["check", "good.tcb", "bad.tcb"])
    expect(outcome, "E0301", "bad.tcb:1:1")
    #expect(folder.names() == ["bad.tcb", "good.tcb"])
  }
}
