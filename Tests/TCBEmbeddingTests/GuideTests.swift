import Foundation
import Testing

/// The Swift that the documentation shows is that of `Examples/embedding`, which CI builds and runs.
@Suite struct GuideTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Lines without what is around them, blank ones left out: how deep code stands in a file is no matter.
  private static func lines(_ text: some StringProtocol) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  private static func blocks(_ text: String) -> [[String]] {
    text.components(separatedBy: "```swift\n").dropFirst().map { rest in
      lines(rest.components(separatedBy: "\n```")[0])
    }
  }

  @Test(arguments: [
    ("README.md", 1), ("Sources/TCBEngine/TCBEngine.docc/TCBEngine.md", 1),
    ("Sources/TCBEngine/TCBEngine.docc/Embedding.md", 5),
  ])
  func `every example is code of the example program`(page: String, count: Int) throws {
    let blocks = Self.blocks(try Self.text(page))
    #expect(blocks.count == count)
    let program = try ["FirstSteps", "Shop", "Publish"].map { name in
      Self.lines(try Self.text("Examples/embedding/Sources/publish/\(name).swift"))
    }
    for block in blocks {
      #expect(program.contains { $0.contains(block) }, "\(page): \(block.first ?? "")")
    }
  }
}
