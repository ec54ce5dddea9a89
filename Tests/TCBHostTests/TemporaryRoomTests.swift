import Foundation
import TCBHost
import Testing

/// Room outside of memory, on this machine.
@Suite(.serialized) struct TemporaryRoomTests {
  @Test func `a temporary file has no name, and gives back what was put into it`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tcbsh-room-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let before = ProcessInfo.processInfo.environment["TMPDIR"]
    setenv("TMPDIR", folder.path, 1)
    defer { if let before { setenv("TMPDIR", before, 1) } else { unsetenv("TMPDIR") } }
    let file = try SystemHost().makeTemporaryFile()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    try Array("hello, ".utf8).withUnsafeBytes { try file.append($0) }
    try Array("world".utf8).withUnsafeBytes { try file.append($0) }
    var bytes = [UInt8](repeating: 0, count: 5)
    try bytes.withUnsafeMutableBytes { try file.read(at: 7, into: $0) }
    #expect(String(decoding: bytes, as: UTF8.self) == "world")
    #expect(throws: HostError.self) { try bytes.withUnsafeMutableBytes { try file.read(at: 8, into: $0) } }
  }

  @Test func `a host that may not write, or is none, has no room`() {
    #expect(throws: HostError(.denied(.write))) { try SystemHost(denied: [.write]).makeTemporaryFile() }
    #expect(throws: HostError(.denied(.write))) { try NoHost().makeTemporaryFile() }
  }
}
