import Glibc
import TCBFuzzChecks
import Testing

/// Every seed of the fuzzers, and what they once found, through every check. The scripts of the conformance suite are seeds too.
@Suite struct CorpusTests {
  private static let folders = ["Tests/Fuzz/Corpus", "Tests/TCBConformanceTests/Scripts"]

  private static let seeds = folders.flatMap { folder in names(in: folder).map { "\(folder)/\($0)" } }

  private static func names(in folder: String) -> [String] {
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
  }

  private static func bytes(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  @Test func `there is a corpus`() { #expect(Self.folders.allSatisfy { Self.names(in: $0).count > 20 }) }

  @Test(arguments: seeds, FuzzTarget.allCases)
  func `every seed passes every check`(seed: String, target: FuzzTarget) async {
    #expect(await target.check(Self.bytes(seed)) == nil)
  }
}
