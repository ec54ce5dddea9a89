import Glibc
import Testing

/// Files and outputs that are wrong: told with a code, and nothing half-written is left.
@Suite struct BadFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private static let start = """
    env demo { id "e1" bucket "b1" account "1" api embedded any read public }
    use env demo

    """

  @Test(arguments: [
    ("csv \"rows.csv\" column \"imge\"", "image\na\n", "E0603", "did you mean `image`?"),
    ("csv \"rows.csv\" column \"image\"", "", "E0602", "empty"),
    ("csv \"rows.csv\" column \"image\" strict", "id,image\n1\n", "E06", "rows.csv:2"),
    ("csv \"rows.csv\" column \"image\" strict", "image\n\"open\n", "E06", "rows.csv:2"),
    ("csv \"none.csv\" column \"image\"", "", "E0601", "no such file"),
    ("csv \"sub\" column \"image\"", "", "E0601", "folder"),
    ("dir \"rows.csv\"", "", "E0601", "not a folder"),
    ("lines \"none.txt\"", "", "E0601", "no such file"),
  ])
  func `a list that cannot be read is told`(source: String, text: String, code: String, words: String) throws
  {
    try folder.write("rows.csv", text)
    folder.makeFolder("sub")
    let outcome = try folder.run(
      Self.start + "files f from \(source)\nlinks f | export to \"out.csv\"")
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("error[\(code)"), "\(outcome.errorText)")
    #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
    #expect(folder.names() == ["main.tcb", "rows.csv", "sub"])
  }

  @Test func `ragged rows are told and the others go on`() throws {
    try folder.write("rows.csv", "id,image\n1,A.png\n2\n3,C.png,more\n4,\"图 1.png\"\n")
    let outcome = try folder.run(
      Self.start
        + "files f from csv \"rows.csv\" column \"image\"\nlinks f | show as csv columns path, status")
    #expect(outcome.outputText == "path,status\nA.png,ok\n图 1.png,ok\n")
    #expect(outcome.errorText.contains("warning[E0604]"))
    #expect(outcome.errorText.contains("rows.csv:3"))
    #expect(outcome.status == 0)
  }

  @Test func `bytes that are no UTF-8 in a list are told`() throws {
    try folder.write(
      "rows.csv", bytes: Array("image\nA.png\n".utf8) + [0xFF, 0xFE] + Array("\nB.png\n".utf8))
    let outcome = try folder.run(
      Self.start + "files f from csv \"rows.csv\" column \"image\"\nf | count | print")
    #expect(outcome.outputText == "2\n")
    #expect(outcome.errorText.contains("rows.csv:3"))
  }

  @Test(arguments: [
    ("none/out.csv", "folder does not exist"), ("sub", "folder"), ("rows.csv/out.csv", ""), ("", ""),
    ("sub/", "folder"),
  ])
  func `a path that cannot be written is told`(path: String, words: String) throws {
    try folder.write("rows.csv", "old")
    folder.makeFolder("sub")
    let outcome = try folder.run(Self.start + "links \"A.png\" | export to \"\(path)\" as csv")
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("error[E080"), "\(outcome.errorText)")
    #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
    #expect(folder.names() == ["main.tcb", "rows.csv", "sub"])
    #expect(folder.names(in: "sub").isEmpty)
    #expect(folder.contents(of: "rows.csv") == "old")
  }

  @Test func `a full disk under standard output is told`() throws {
    let program = try Program.path()
    let outcome = try Program.run(
      ["-c", "'\(program)' -c 'for n in 1..100000 { print n }' > /dev/full"], directory: folder.path,
      program: "/bin/sh")
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("error[E0801]"), "\(outcome.errorText)")
    #expect(outcome.errorText.contains("no space is left"))
  }

  /// Whether this process may make a small file system, in a namespace of its own.
  private static let mayMount =
    (try? Program.run(
      ["-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/mnt"], program: "/usr/bin/unshare"))?
    .status == 0

  @Test(.enabled(if: mayMount)) func `a full disk leaves the old file as it was`() throws {
    let rows = (0..<5_000).map { "\"f/\($0).png\"" }.joined(separator: ", ")
    try folder.write("main.tcb", Self.start + "links [\(rows)] | export to \"/mnt/out.csv\"")
    let script = """
      mount -t tmpfs -o size=64k none /mnt && echo old > /mnt/out.csv && '\(try Program.path())' run main.tcb
      echo "status $?"; cat /mnt/out.csv; ls -A /mnt
      """
    let outcome = try Program.run(
      ["-rm", "sh", "-c", script], environment: folder.state, directory: folder.path,
      program: "/usr/bin/unshare")
    #expect(outcome.outputText == "status 1\nold\nout.csv\n")
    #expect(outcome.errorText.contains("error[E0801]: cannot write `/mnt/out.csv`: no space is left"))
  }

  @Test(arguments: ["for n in 1..100000 { print n }", "[\"a\", \"b\"] | show; while true { print \"a\" }"])
  func `whoever reads may leave`(script: String) throws {
    try folder.write("main.tcb", script)
    let pipeline = "{ '\(try Program.path())' run main.tcb; echo \"status $?\" >&2; } | head -1 | wc -l"
    let outcome = try Program.run(["-c", pipeline], directory: folder.path, program: "/bin/sh")
    #expect(outcome.outputText.trimmed == "1")
    #expect(outcome.errorText == "status 141\n")
  }

  @Test func `a closed standard output is told or quiet, and no crash`() throws {
    let outcome = try Program.run(
      ["-c", "'\(try Program.path())' -c 'print 1' >&-"], directory: folder.path, program: "/bin/sh")
    #expect(outcome.status == 141)
  }

  // MARK: Signals

  private static let endless = "for n in 1..100000000 { links \"\\(n).png\" | export to \"out.csv\" }"

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func `a signal ends the run and leaves no part of a file`(number: Int32, status: Int32) throws {
    let rows = (0..<2_000).map { "\"f/\($0).png\"" }.joined(separator: ", ")
    let script = Self.start + "print \"running\"\nwhile true { links [\(rows)] | export to \"out.csv\" }"
    let outcome = try folder.run(script) { process in
      // The run is under way once it has exported something.
      let deadline = Clock.now + Terminal.patience
      while folder.contents(of: "out.csv") == nil, Clock.now < deadline { usleep(20_000) }
      kill(process, number)
    }
    #expect(outcome.status == status)
    #expect(Set(folder.names()).subtracting(["state"]).isSubset(of: ["main.tcb", "out.csv"]))
    if let text = folder.contents(of: "out.csv") {
      #expect(text.split(separator: "\n").count == 2_001)
    }
  }

  @Test func `a signal ends a run that writes to who does not read`() throws {
    try folder.write("main.tcb", "let t = range(1, 100000)\nwhile true { print t }")
    // `timeout` sends the signal; 137 would be its own of a program that does not end of it.
    let run = "timeout --foreground -s INT -k 60 2 '\(try Program.path())' run main.tcb"
    let outcome = try Program.run(
      ["-c", "(\(run); echo $? >&2; touch done) | (until [ -e done ]; do sleep 0.1; done; cat > rest.txt)"],
      directory: folder.path, program: "/bin/sh")
    #expect(outcome.errorText == "124\n")
  }
}

extension String {
  fileprivate var trimmed: String { split(separator: " ").joined().split(separator: "\n").joined() }
}
