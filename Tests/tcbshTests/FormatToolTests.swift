import Glibc
import Testing

@Suite struct FormatToolTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write("ugly.tcb", "let  x=1\r\nprint   x\r\n")
    try folder.write("fine.tcb", "let x = 1\nprint x\n")
    try folder.write("wrong.tcb", "let  x = = 1\n")
  }

  private func text(_ name: String) -> String? {
    folder.bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Of the file itself, be it a link.
  private func status(_ name: String) -> stat {
    var status = stat()
    #expect(lstat("\(folder.path)/\(name)", &status) == 0)
    return status
  }

  @Test func `a file is written in the one layout, and stays as it is the second time`() throws {
    #expect(try folder.tcbsh(["fmt", "ugly.tcb", "fine.tcb"]).status == 0)
    #expect(text("ugly.tcb") == "let x = 1\nprint x\n")
    let before = status("fine.tcb").st_ino
    #expect(try folder.tcbsh(["fmt", "ugly.tcb", "fine.tcb"]).status == 0)
    #expect(status("fine.tcb").st_ino == before)
  }

  @Test func `what is run as a program can still be run, and a link stays one`() throws {
    chmod("\(folder.path)/ugly.tcb", 0o750)
    symlink("ugly.tcb", "\(folder.path)/link.tcb")
    #expect(try folder.tcbsh(["fmt", "link.tcb"]).status == 0)
    #expect(text("ugly.tcb") == "let x = 1\nprint x\n")
    #expect(status("ugly.tcb").st_mode & 0o777 == 0o750)
    #expect(status("link.tcb").st_mode & S_IFMT == S_IFLNK)
  }

  @Test func `a file with mistakes is told and left, and the others are written`() throws {
    let outcome = try folder.tcbsh(["fmt", "wrong.tcb", "ugly.tcb"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("error[E01"))
    #expect(text("wrong.tcb") == "let  x = = 1\n")
    #expect(text("ugly.tcb") == "let x = 1\nprint x\n")
  }

  @Test func `check names what would change, and changes nothing`() throws {
    let outcome = try folder.tcbsh(["fmt", "--check", "ugly.tcb", "fine.tcb"])
    #expect((outcome.status, outcome.outputText) == (1, "ugly.tcb\n"))
    #expect(text("ugly.tcb") == "let  x=1\r\nprint   x\r\n")
    #expect(try folder.tcbsh(["fmt", "--check", "fine.tcb"]).status == 0)
  }

  @Test func `diff shows the lines that go and come, and changes nothing`() throws {
    let outcome = try folder.tcbsh(["fmt", "--diff", "ugly.tcb", "fine.tcb"])
    #expect(outcome.status == 1)
    #expect(
      outcome.outputText == """
        --- ugly.tcb
        -1  let  x=1\\r
        +1  let x = 1
        -2  print   x\\r
        +2  print x

        """)
    #expect(text("ugly.tcb") == "let  x=1\r\nprint   x\r\n")
  }

  @Test func `standard input is written to standard output`() throws {
    let outcome = try folder.tcbsh(["fmt", "-"], stdin: "print   1")
    #expect((outcome.status, outcome.outputText) == (0, "print 1\n"))
  }
}
