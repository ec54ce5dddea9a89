import TCBSyntax
import Testing

@Suite struct NestingTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var name: String
    /// The text nested so and so many times.
    var text: @Sendable (Int) -> String
    var testDescription: String { name }

    init(_ name: String, _ text: @escaping @Sendable (Int) -> String) {
      self.name = name
      self.text = text
    }

    static func around(_ opening: String, _ middle: String, _ closing: String) -> @Sendable (Int) -> String {
      { "print " + String(repeating: opening, count: $0) + middle + String(repeating: closing, count: $0) }
    }
  }

  static let shapes: [Shape] = [
    Shape("parentheses", Shape.around("(", "1", ")")), Shape("brackets", Shape.around("[", "1", "]")),
    Shape("braces", Shape.around("{a: ", "1", "}")), Shape("not", Shape.around("not ", "true", "")),
    Shape("minus", Shape.around("-", "1", "")), Shape("calls", Shape.around("length(", "1", ")")),
    Shape("indexes", Shape.around("a[", "1", "]")), Shape("sums", Shape.around("1 + ", "1", "")),
    Shape("sums in parentheses", Shape.around("1 + (", "1", ")")),
    Shape("and", Shape.around("true and ", "true", "")),
    Shape("coalescing", Shape.around("null ?? ", "1", "")), Shape("fields", Shape.around("", "{}", ".f")),
    Shape("dot calls", Shape.around("", "1", ".length()")),
    Shape("indexes in a row", Shape.around("", "[]", "[0]")),
    Shape("interpolations", Shape.around("\"\\(", "1", ")\"")),
    Shape("pipelines", Shape.around("(", "1", " | count)")),
    Shape("ifs as values", Shape.around("if true { ", "1", " }")),
    Shape("ifs", { String(repeating: "if true {\n", count: $0) + String(repeating: "}\n", count: $0) }),
    Shape("loops", { String(repeating: "while true {\n", count: $0) + String(repeating: "}\n", count: $0) }),
    Shape("else ifs", { "if true { }" + String(repeating: " else if true { }", count: $0) }),
    Shape("blocks left open", { String(repeating: "if true {\n", count: $0) }),
    Shape("parentheses left open", { "print " + String(repeating: "(", count: $0) }),
    Shape("brackets left open", { "print " + String(repeating: "[", count: $0) }),
    Shape("closings", { String(repeating: ")", count: $0) }),
    Shape("assigned fields", { "var a = {}\na" + String(repeating: ".f", count: $0) + " = 1" }),
    Shape("stages", { "[1]" + String(repeating: " | where true", count: $0) }),
  ]

  /// Those that no depth makes too deep, because nothing recurses into them.
  static let flat: Set<String> = ["else ifs", "stages"]

  @Test(arguments: shapes, [10_000, 100_000])
  func `nesting without end is an error or none, never the end of the program`(shape: Shape, depth: Int) {
    let codes = Set(Reading(shape.text(depth)).codes)
    #expect(codes.isEmpty == NestingTests.flat.contains(shape.name), "\(codes)")
    #expect(codes.isSubset(of: ["E0110", "E0111", "E0112", "E0113", "E0201"]), "\(codes)")
  }

  @Test(arguments: ["parentheses", "brackets", "braces", "not", "minus", "ifs", "loops", "sums", "fields"])
  func `what a person writes is not too deep`(name: String) throws {
    let shape = try #require(NestingTests.shapes.first { $0.name == name })
    #expect(Reading(shape.text(90)).codes == [])
  }

  @Test(arguments: [
    "parentheses", "brackets", "braces", "not", "minus", "sums", "fields", "interpolations", "ifs",
  ])
  func `too deep is said once`(name: String) throws {
    let shape = try #require(NestingTests.shapes.first { $0.name == name })
    #expect(Reading(shape.text(2_000)).codes == ["E0113"])
  }
}
