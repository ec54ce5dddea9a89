import Glibc
import Testing

@testable import TCBShell

/// A folder of its own for a test, gone with the test.
private final class Folder {
  let path: String

  init() {
    var template = Array("/tmp/tcbshell-test-XXXXXX".utf8CString)
    mkdtemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["a/b/history", "a/b/history.lock", "a/b", "a", "history", "history.lock", "history.new"] {
      remove(path + "/" + name)
    }
    rmdir(path)
  }

  func write(_ text: String, to name: String = "history", permissions: mode_t = 0o600) {
    guard let file = fopen(path + "/" + name, "w") else { return }
    fputs(text, file)
    fclose(file)
    chmod(path + "/" + name, permissions)
  }

  func read(_ name: String = "history") -> String {
    guard let file = fopen(path + "/" + name, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func permissions(_ name: String) -> mode_t {
    var status = stat()
    return stat(path + "/" + name, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}

@Suite struct HistoryFileTests {
  private let folder = Folder()

  @Test(arguments: ["plain", "two\nlines", "back\\slash", "\\n", "列出\r\n文件", "tab\t", "\\"])
  func `an entry comes back as it was`(_ entry: String) throws {
    let line = HistoryFormat.line(for: entry)
    #expect(line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    #expect(HistoryFormat.entries(in: line, limit: 9) == [entry])
  }

  @Test func `a damaged file costs the damaged lines`() {
    let bytes = Array("a\n\nb\\".utf8) + [0x0A, 0xFF, 0x0A, 0x00, 0x0A] + Array("c\\x\nhalf".utf8)
    #expect(HistoryFormat.entries(in: bytes, limit: 9) == ["a", "b\\", "c\\x", "half"])
    #expect(HistoryFormat.entries(in: bytes, limit: 1) == ["half"])
  }

  @Test func `folders and file are made for the owner alone`() throws {
    var (file, entries) = try HistoryFile.open(in: folder.path + "/a/b")
    try file.append("one")
    #expect(entries == [])
    #expect(folder.permissions("a") == 0o700 && folder.permissions("a/b") == 0o700)
    #expect(folder.permissions("a/b/history") == 0o600)
  }

  @Test func `a file open to others is closed to them`() throws {
    folder.write("old\n", permissions: 0o644)
    #expect(try HistoryFile.open(in: folder.path).entries == ["old"])
    #expect(folder.permissions("history") == 0o600)
  }

  @Test func `two shells append to one file`() throws {
    var one = try HistoryFile.open(in: folder.path).file
    var other = try HistoryFile.open(in: folder.path).file
    try one.append("1")
    try other.append("2")
    try one.append("3")
    #expect(folder.read() == "1\n2\n3\n")
  }

  @Test func `half a line left by a killed shell does not swallow the next entry`() throws {
    folder.write("whole\nhal")
    var file = try HistoryFile.open(in: folder.path).file
    try file.append("next")
    #expect(folder.read() == "whole\nhal\nnext\n")
  }

  @Test func `a file grown too long keeps its newest entries, whoever wrote them`() throws {
    var (file, _) = try HistoryFile.open(in: folder.path, limit: 4)
    var other = try HistoryFile.open(in: folder.path, limit: 4).file
    for number in 1...6 { try file.append("\(number)") }
    try other.append("other")
    #expect(folder.read() == "1\n2\n3\n4\n5\n6\nother\n")
    try file.append("7")
    #expect(folder.read() == "5\n6\nother\n7\n")
    #expect(folder.permissions("history") == 0o600)
    #expect(try HistoryFile.open(in: folder.path, limit: 2).entries == ["other", "7"])
  }

  @Test func `a file held by a stopped shell is appended to, not replaced`() throws {
    var (file, _) = try HistoryFile.open(in: folder.path, limit: 1)
    let lock = try #require(FileLock(path: folder.path + "/history.lock"))
    defer { lock.release() }
    for number in 1...3 { try file.append("\(number)") }
    #expect(folder.read() == "1\n2\n3\n")
  }

  @Test func `what cannot be a history file is refused without waiting`() throws {
    mkfifo(folder.path + "/history", 0o600)
    let path = folder.path
    #expect(throws: HistoryError.file(path + "/history", EINVAL)) { try HistoryFile.open(in: path) }
    #expect(throws: HistoryError.folder("/dev/null/x")) { try HistoryFile.open(in: "/dev/null/x") }
    #expect(throws: HistoryError.noHome) { try HistoryFile.open(in: nil) }
    #expect(HistoryError.folder("/x").message == "history is not kept: cannot make the folder `/x`")
  }

  @Test func `a shell whose file fails warns once and goes on`() async throws {
    let (file, _) = try HistoryFile.open(in: folder.path)
    remove(folder.path + "/history")
    mkfifo(folder.path + "/history", 0o600)
    var shell = Shell(session: Echo(), historyFile: file)
    let first = await shell.accept("a")
    #expect(first.warning == "history is not kept: `\(folder.path)/history`: Invalid argument")
    #expect(await shell.accept("b").warning == nil)
    #expect(shell.history.entries == ["a", "b"])
  }

  @Test(
    arguments: [
      (["TCB_STATE": "/t", "XDG_STATE_HOME": "/x", "HOME": "/h"], "/t"),
      (["TCB_STATE": "", "XDG_STATE_HOME": "/x", "HOME": "/h"], "/x/tcbsh"),
      (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/tcbsh"),
      (["HOME": ""], nil),
      ([:], nil),
    ] as [([String: String], String?)])
  func `the state folder is found`(_ environment: [String: String], _ path: String?) {
    #expect(StateDirectory.path { environment[$0] } == path)
  }
}

private struct Echo: PromptSession {
  func completeness(of text: String) async -> InputCompleteness { .complete }
  func run(_ text: String) async -> PromptOutcome { PromptOutcome(exitStatus: 0) }
  func completions(in text: String, at cursor: Int) async -> (start: Int, candidates: [Completion]) {
    (0, [])
  }
  func redacted(_ text: String) async -> String { text }
}
