import Glibc
import Testing

@testable import TCBHost

@Suite struct SystemHostTests {
  let host = SystemHost()
  let folder = ScratchFolder()

  @Test func `a file appears only at commit, whole`() throws {
    let file = try host.createFile(folder("a.txt"))
    try file.write("one ")
    try file.write(String(repeating: "x", count: 200_000))
    #expect(try host.fileStatus(folder("a.txt")) == nil)
    #expect(folder.names.count == 1)
    #expect(folder.names.allSatisfy { $0.hasPrefix(".a.txt.tcbsh-") })
    try file.commit()
    #expect(folder.names == ["a.txt"])
    #expect(try host.text(folder("a.txt")).utf8.count == 200_004)
  }

  @Test func `discarding and letting go leave no trace`() throws {
    let file = try host.createFile(folder("a.txt"))
    try file.write("one")
    file.discard()
    #expect(folder.names.isEmpty)
    #expect(throws: HostError(.closed, path: folder("a.txt"))) { try file.commit() }
    _ = try host.createFile(folder("b.txt"))
    #expect(folder.names.isEmpty)
  }

  @Test func `an old file keeps its content until commit and its mode after it`() throws {
    try put("old", "a.txt")
    chmod(folder("a.txt"), 0o604)
    let file = try host.createFile(folder("a.txt"))
    try file.write("new")
    #expect(try host.text(folder("a.txt")) == "old")
    try file.commit()
    #expect(try host.text(folder("a.txt")) == "new")
    #expect(folder.mode("a.txt") & 0o777 == 0o604)
  }

  @Test func `a linked target is replaced and the link stays`() throws {
    symlink("real.txt", folder("link.txt"))
    try put("through", "link.txt")
    #expect(folder.mode("link.txt") & S_IFMT == S_IFLNK)
    #expect(try host.text(folder("real.txt")) == "through")
    symlink("loop", folder("loop"))
    #expect(throws: HostError(.invalidPath, path: folder("loop"))) { try host.createFile(folder("loop")) }
  }

  @Test func `a full device is no space, and a device is written straight to`() throws {
    let full = try host.createFile("/dev/full")
    try full.write("x")
    #expect(throws: HostError(.noSpace, path: "/dev/full")) { try full.commit() }
    let null = try host.createFile("/dev/null")
    try null.write("x")
    try null.commit()
    #expect(try host.fileStatus("/dev/null")?.kind == .other)
  }

  @Test(arguments: [
    ("", HostError.Reason.invalidPath), ("a\0b", .invalidPath), ("/", .isFolder), ("/tmp", .isFolder),
    ("/nowhere-at-all/a", .notFound), ("/dev/null/a", .notFolder), ("new/", .isFolder),
    ("/tmp/" + String(repeating: "n", count: 300), .invalidPath),
  ])
  func `a target that cannot be written is refused`(path: String, reason: HostError.Reason) throws {
    #expect(throws: HostError(reason, path: path)) {
      let file = try host.createFile(path)
      try file.write("x")
      try file.commit()
    }
  }

  @Test func `a name that is as long as a name can be is written`() throws {
    let name = String(repeating: "文", count: 85)
    try put("x", name)
    #expect(folder.names == [name])
  }

  @Test(.enabled(if: geteuid() != 0)) func `a folder without write permission refuses a file`() {
    chmod(folder.path, 0o500)
    defer { chmod(folder.path, 0o700) }
    #expect(throws: HostError(.notPermitted, path: folder("a"))) { try host.createFile(folder("a")) }
  }

  @Test func `reading what is not a file says what it is`() {
    #expect(throws: HostError(.isFolder, path: "/tmp")) { try host.openFile("/tmp") }
    #expect(throws: HostError(.notFound, path: folder("no"))) { try host.openFile(folder("no")) }
    #expect(throws: HostError(.notFolder, path: "/dev/null")) { try host.folderEntries("/dev/null") }
    #expect(throws: HostError(.invalidPath, path: "")) { try host.openFile("") }
  }

  @Test func `contents are bounded`() throws {
    try put("12345", "a")
    #expect(try host.contents(of: folder("a"), limit: 5).count == 5)
    #expect(throws: HostError(.other(EFBIG), path: folder("a"))) {
      try host.contents(of: folder("a"), limit: 4)
    }
  }

  @Test func `a folder lists its entries by bytes, with links marked`() throws {
    for name in ["b", "a", "Z", "中"] { try put("12", name) }
    mkdir(folder("d"), 0o700)
    symlink("d", folder("link"))
    symlink("nowhere", folder("lost"))
    let entries = try host.folderEntries(folder.path)
    #expect(
      entries.map { String(decoding: $0.name, as: UTF8.self) } == ["Z", "a", "b", "d", "link", "lost", "中"])
    #expect(entries.map(\.isLink) == [false, false, false, false, true, true, false])
    #expect(entries.map(\.status.kind) == [.file, .file, .file, .folder, .folder, .other, .file])
    #expect(entries[0].status.size == 2)
    #expect(abs(entries[0].status.modified - host.now()) < 3_600_000)
  }

  @Test func `each denied capability is answered so`() {
    let none = SystemHost(denied: Set(Capability.allCases))
    #expect(throws: HostError(.denied(.read), path: "a")) { try none.openFile("a") }
    #expect(throws: HostError(.denied(.read))) { try none.standardInput() }
    #expect(throws: HostError(.denied(.read), path: "a")) { try none.fileStatus("a") }
    #expect(throws: HostError(.denied(.read), path: "a")) { try none.folderEntries("a") }
    #expect(throws: HostError(.denied(.write), path: "a")) { try none.createFile("a") }
    #expect(throws: HostError(.denied(.env))) { try none.environmentVariable("HOME") }
    #expect(throws: HostError(.denied(.read), path: "k")) { try none.keptSecret(named: "k") { [] } }
  }

  @Test func `a home path is under HOME`() throws {
    let home = try #require(try host.environmentVariable("HOME"))
    #expect(try LocalPath.expanded("~/a") == home + "/a")
    #expect(try LocalPath.expanded("~") == home)
    #expect(try LocalPath.expanded("~user/a") == "~user/a")
    #expect(try LocalPath.expanded("a/~") == "a/~")
    #expect(try host.environmentVariable("TCBSH_NO_SUCH_VARIABLE") == nil)
  }

  @Test func `unfinished files are removed together`() throws {
    let registry = TemporaryFiles()
    let host = SystemHost(denied: [], temporaryFiles: registry)
    let done = try host.createFile(folder("done"))
    try done.commit()
    let files = try (0..<300).map { try host.createFile(folder("\($0)")) }
    #expect(folder.names.count == 301)
    registry.removeAll()
    // What exceeds the table stays; its writer discards it.
    #expect(folder.names.count == 1 + 300 - TemporaryFiles.capacity)
    for file in files { file.discard() }
    #expect(folder.names == ["done"])
  }

  @Test func `a closed pipe is a closed output`() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    close(ends[0])
    let path = "/proc/self/fd/\(ends[1])"
    #expect(throws: HostError(.closed, path: path)) {
      try Array("x".utf8).withUnsafeBytes { try SystemCalls.write(ends[1], $0, path: path) }
    }
    close(ends[1])
  }

  @Test func `randomness has the length asked for`() {
    #expect(host.randomBytes(32).count == 32)
    #expect(host.randomBytes(32) != host.randomBytes(32))
    #expect(host.randomBytes(-1).isEmpty)
  }

  private func put(_ text: String, _ name: String) throws {
    let file = try host.createFile(folder(name))
    try file.write(text)
    try file.commit()
  }
}
