import Glibc
import Testing

/// `tcbsh test` as people and CI use it.
@Suite struct TestToolTests {
  private static let site = """
    policy site {
      default max_age 2h
      "private/" max_age 10m
      "video/" max_age 6h when it.size < 10
      "tmp/" deny "temporary"
    }
    print "ready"
    test site {
      "private/a" max_age 10m
      "tmp/x" deny "temporary"
    }
    test "数字" { expect 1 + 1 == 3, "一 & <二>" }

    """
  private static let good = #"test "good" { print "in it"; expect true }"# + "\n"

  private func run(_ arguments: [String], in folder: ScratchFolder) throws -> Program.Outcome {
    try Program.run(["test"] + arguments, directory: folder.path)
  }

  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("site.tcb", Self.site)
    try folder.write("good.tcb", Self.good)
    return folder
  }

  @Test func `each test is told, then the number`() throws {
    let folder = try folder()
    let outcome = try run(["site.tcb", "good.tcb"], in: folder)
    #expect(
      outcome.outputText == """
        ready
        ok    site.tcb:8  site (2 files)
        FAIL  site.tcb:12  数字
        in it
        ok    good.tcb:1  good
        3 tests, 1 failed

        """)
    #expect(outcome.errorText.contains("error[E0431]: 一 & <二>"))
    #expect(outcome.status == 1)
  }

  @Test func `a test is chosen by its title or its place`() throws {
    let folder = try folder()
    let byTitle = try run(["--filter", "数", "site.tcb"], in: folder)
    #expect(byTitle.outputText == "ready\nFAIL  site.tcb:12  数字\n1 test, 1 failed\n")
    let byPlace = try run(["--filter", "site.tcb:8", "site.tcb"], in: folder)
    #expect(byPlace.outputText == "ready\nok    site.tcb:8  site (2 files)\n1 test, 0 failed\n")
    #expect(byPlace.status == 0)
  }

  @Test func `no test is a failure where that is asked for`() throws {
    let folder = try folder()
    #expect(try run(["--filter", "none", "good.tcb"], in: folder).status == 0)
    let outcome = try run(["--filter", "none", "--fail-on-empty", "good.tcb"], in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errorText == "tcbsh: no test ran\n")
  }

  @Test func `files that run at once are told in their order`() throws {
    let folder = try folder()
    var names: [String] = []
    for number in 1...12 {
      let name = "t\(number).tcb"
      // The first takes the longest.
      let work = #"var n = 0; while n < \#(200_000 / number) { n = n + 1 }"#
      try folder.write(name, "test \"\(number)\" { \(work); print \"did \(number)\" }\n")
      names.append(name)
    }
    let one = try run(["--jobs", "1"] + names, in: folder)
    let many = try run(["--jobs", "4"] + names, in: folder)
    #expect(one.status == 0)
    #expect(one.outputText == many.outputText)
    #expect(many.outputText.hasPrefix("did 1\nok    t1.tcb:1  1\ndid 2\n"))
    #expect(many.outputText.hasSuffix("12 tests, 0 failed\n"))
  }

  @Test func `JUnit XML has a case for each test, and only what XML may hold`() throws {
    let folder = try folder()
    try folder.write("odd.tcb", "test \"\\u{1B}[31m<&\\\"\" { expect false, \"\\u{1}\" }\n")
    try folder.write("broken.tcb", "let = 1\n")
    let outcome = try run(
      ["--junit", "out.xml", "site.tcb", "odd.tcb", "broken.tcb", "missing.tcb"], in: folder)
    #expect(outcome.status == 2)
    let xml = try #require(folder.contents(of: "out.xml"))
    #expect(
      xml.hasPrefix(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tcbsh\" tests=\"3\" failures=\"2\" errors=\"2\""
      ))
    #expect(xml.contains("<testcase name=\"site\" classname=\"site.tcb\" file=\"site.tcb\" line=\"8\""))
    #expect(xml.contains("<failure message=\"一 &amp; &lt;二&gt;\">"))
    #expect(xml.contains("<testcase name=\"\u{FFFD}[31m&lt;&amp;&quot;\""))
    #expect(xml.contains("<system-err>the file cannot be read</system-err>"))
    #expect(xml.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
  }

  @Test func `a program reads an object a line`() throws {
    let folder = try folder()
    let outcome = try run(["--format", "json", "--coverage", "site.tcb"], in: folder)
    let lines = outcome.outputText.split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines.allSatisfy { $0.hasPrefix("{\"type\":\"") && $0.hasSuffix("}") })
    #expect(lines[1].contains(#""name":"数字","passed":false,"#))
    #expect(lines[1].contains(#""code":"E0431""#))
    #expect(
      lines[4].contains(
        #""when_true":0,"when_false":0,"covered":false,"tests":["{path: \"video/x\", size: 9}"#))
    #expect(lines[6] == #"{"type":"summary","tests":2,"failed":1,"covered":2,"coverable":5,"percent":40.0}"#)
    #expect(outcome.errorText == "ready\n")
  }

  @Test func `coverage is shown beside the rules, and its suggestions cover`() throws {
    let folder = try folder()
    let outcome = try run(["--coverage", "--filter", "site.tcb:8", "site.tcb"], in: folder)
    #expect(
      outcome.outputText.contains(
        """
          decided  when             line  rule
        !       0                      2  default max_age 2h
                1                      3  "private/" max_age 10m
        !       0  true 0, false 0     4  "video/" max_age 6h when it.size < 10
                1                      5  "tmp/" deny "temporary"

        covered: 2 of 5 (40.0 %)

        """))
    let text = outcome.outputText
    let start = try #require(text.firstRange(of: "test site {"))
    let end = try #require(text[start.lowerBound...].firstRange(of: "\n}\n"))
    try folder.write("more.tcb", Self.site + text[start.lowerBound..<end.upperBound])
    let again = try run(["--filter", "site", "--coverage-threshold", "100", "more.tcb"], in: folder)
    #expect(again.status == 0, "\(again.errorText)")
  }

  @Test func `too little coverage fails, and what several files reach counts together`() throws {
    let folder = try folder()
    try folder.write("lib.tcb", "policy site { \"a/\" max_age 1h; \"b/\" max_age 2h }\n")
    for name in ["a", "b"] {
      try folder.write(
        "\(name).tcb",
        "import \"lib.tcb\"\ntest site { \"\(name)/x\" max_age \(name == "a" ? 1 : 2)h }\n")
    }
    let half = try run(["--coverage-threshold", "50.5", "a.tcb"], in: folder)
    #expect(half.status == 1)
    #expect(half.errorText == "tcbsh: 1 of 2 are covered (50.0 %), and 50.5 % are asked for\n")
    #expect(try run(["--coverage-threshold", "100", "a.tcb", "b.tcb"], in: folder).status == 0)
  }

  @Test(arguments: [["--jobs", "0"], ["--watch", "-"], ["--coverage-threshold", "101"], ["--jobs", "x"]])
  func `a number that makes no sense is refused`(arguments: [String]) throws {
    #expect(try run(arguments + ["good.tcb"], in: try folder()).status == 2)
  }

  @Test func `watching runs again when a file that was read changes, and Ctrl-C ends it`() throws {
    let folder = try ScratchFolder()
    try folder.write("rules.csv", "pattern,max_age\na/,1h\n")
    try folder.write(
      "site.tcb", "policy site from csv \"\(folder.path)/rules.csv\"\ntest site { \"a/x\" max_age 2h }\n")
    let terminal = try Terminal(arguments: ["test", "--watch", folder.path + "/site.tcb"])
    try terminal.expect("expected `max_age 2h`")
    try terminal.expect("1 test, 1 failed\n")
    try terminal.expect("tcbsh: watching 2 files; Ctrl-C ends\n")
    try folder.write("rules.csv", "pattern,max_age\na/,2h\n")
    try terminal.expect("1 test, 0 failed\n")
    // A file that is there no more is a change too, and so is its return.
    try terminal.expect("Ctrl-C ends\n")
    _ = try Spawn(program: "/bin/rm", arguments: [folder.path + "/rules.csv"], environment: [:]).finish()
    try terminal.expect("error[E0601]")
    try terminal.expect("Ctrl-C ends\n")
    try folder.write("rules.csv", "pattern,max_age\na/,2h\n")
    try terminal.expect("1 test, 0 failed\n")
    try terminal.expect("Ctrl-C ends\n")
    try terminal.send("\u{3}")
    #expect(try terminal.waitForExit() == 130)
  }

  @Test func `coverage fits the terminal`() throws {
    let folder = try folder()
    let terminal = try Terminal(
      arguments: ["test", "--coverage", folder.path + "/good.tcb", folder.path + "/site.tcb"], columns: 50)
    try terminal.expect("!       0  true 0, false 0     4  \"video/\" max_ag…\n")
    _ = try terminal.waitForExit()
  }

  @Test func `a run whose reader leaves ends quietly`() throws {
    let folder = try ScratchFolder()
    try folder.write("many.tcb", (1...4_000).map { "test \"number \($0)\" { expect true }\n" }.joined())
    let outcome = try Program.run(
      ["-c", "'\(try Program.path())' test many.tcb | head -n 1; exit ${PIPESTATUS[0]}"],
      directory: folder.path, program: "/bin/bash")
    #expect(outcome.outputText == "ok    many.tcb:1  number 1\n")
    #expect(outcome.status == 141)
    #expect(outcome.errorText.isEmpty)
  }
}
