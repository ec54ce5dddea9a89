import TCBHost
import TCBTestSupport
import TCBText
import Testing

@Suite struct FakeHostTests {
  @Test func `files, folders and their entries agree`() throws {
    let host = FakeHost(files: ["a/b/c.txt": "one", "./a/d.txt": "four"])
    #expect(try host.text("a//b/../b/c.txt") == "one")
    #expect(try host.fileStatus("a/d.txt")?.size == 4)
    #expect(try host.fileStatus("a/b")?.kind == .folder)
    #expect(try host.fileStatus("a/no") == nil)
    #expect(try host.folderEntries("a").map { String(decoding: $0.name, as: UTF8.self) } == ["b", "d.txt"])
    #expect(try host.folderEntries(".").count == 1)
    #expect(throws: HostError(.isFolder, path: "a")) { try host.openFile("a") }
    #expect(throws: HostError(.notFolder, path: "a/d.txt")) { try host.folderEntries("a/d.txt") }
  }

  @Test func `a file appears at commit and a discarded one never`() throws {
    let host = FakeHost()
    let file = try host.createFile("x/a")
    try file.write("text")
    #expect(host.paths.isEmpty)
    #expect(host.openWriters == 1)
    try file.commit()
    #expect(host.contents("x/a") == "text")
    _ = try host.createFile("x/b")
    #expect(host.paths == ["x/a"])
    #expect(host.openWriters == 0)
  }

  @Test func `faults come when asked for`() throws {
    let host = FakeHost(files: ["a": "12345", "b": "1"])
    host.makeUnreadable("b")
    #expect(throws: HostError(.notPermitted, path: "b")) { try host.openFile("b") }
    host.failReading("a", after: 2, with: HostError(.other(5), path: "a"))
    #expect(throws: HostError(.other(5), path: "a")) { try host.contents(of: "a", limit: 10) }
    host.setSpace(3)
    let file = try host.createFile("c")
    try file.write("123")
    #expect(throws: HostError(.noSpace, path: "c")) { try file.write("4") }
    #expect(host.openWriters == 0)
    host.closeOutput()
    #expect(throws: HostError(.closed)) { try host.writeOutput("x") }
    host.deny(.write)
    #expect(throws: HostError(.denied(.write), path: "d")) { try host.createFile("d") }
  }

  @Test func `clock, variables, input and output are the test's own`() throws {
    let host = FakeHost(variables: ["A": "1"])
    #expect(TimeText.format(host.now()) == "2026-01-01T00:00:00Z")
    host.advance(milliseconds: 1500)
    #expect(TimeText.format(host.now()) == "2026-01-01T00:00:01.500Z")
    #expect(try host.environmentVariable("A") == "1")
    host.set("A", to: nil)
    #expect(try host.environmentVariable("A") == nil)
    host.setInput("in")
    #expect(try host.standardInput().remainder(limit: 10) == Array("in".utf8))
    try host.writeOutput("out")
    host.writeDiagnostics("err")
    #expect(host.takeOutput() == "out")
    #expect(host.output == "")
    #expect(host.diagnostics == "err")
    #expect(host.randomBytes(8) == FakeHost().randomBytes(8))
  }
}
