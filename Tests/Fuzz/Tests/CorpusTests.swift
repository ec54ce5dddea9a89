import Glibc
import TCBFuzzChecks
import Testing

/// Every seed of the fuzzers, and what they once found, through every check.
@Suite struct CorpusTests {
  private static let folder = "Tests/Fuzz/Corpus"

  private static let names: [String] = {
    guard let folder = opendir(folder) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }()

  private static func bytes(_ name: String) -> [UInt8] {
    guard let file = fopen("\(folder)/\(name)", "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  @Test func `there is a corpus`() { #expect(Self.names.count > 20) }

  @Test(arguments: names, FuzzTarget.allCases)
  func `every seed passes every check`(name: String, target: FuzzTarget) async {
    #expect(await target.check(Self.bytes(name)) == nil)
  }
}
