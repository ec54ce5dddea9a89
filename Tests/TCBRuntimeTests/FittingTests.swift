// What is told to fit by its length compiles, however many registers its text makes for.

import TCBRuntime
import TCBSyntax
import Testing

@Suite struct FittingTests {
  private static let longest = 7_400

  /// A statement that repeats a part as often as it may be long, behind a start and before an end.
  private static func statement(_ start: String, _ part: String, _ end: String, most: Int = .max) -> String {
    let room = longest - start.utf8.count - end.utf8.count
    return start + String(repeating: part, count: min(most, room / part.utf8.count)) + end
  }

  static let dense = [
    statement("let a = [", "b,", "1]\nlet b = 1"),
    statement("let a = {b: 1}\nlet c = b(", "a,", "1)\nfn b(c) { c }"),
    statement("var a = 1\na", ".a", " = 1", most: 900),
    statement("var a = 1\na", "[a]", " = 1", most: 900),
    statement("fn a(b) { ", "for d in b {};", "}"),
    statement("fn a() { ", "if 1 == 1 {let c=1};", "}"),
    statement("fn a(b) { ", "try {} catch c {};", "}"),
    statement("fn a(b) { \"", "\\(b)", "\" }"),
    statement("fn a(b) { b ", "+b*b", " }", most: 300),
    statement("fn a(b) { ", "fn (c) { b + c };", "}"),
  ]

  @Test(arguments: dense) func `a text that is told to fit compiles`(_ text: String) throws {
    let (fits, compiles) = try fitting(text)
    #expect(fits)
    #expect(compiles)
  }

  @Test func `a text of too many parts is not told to fit, and does not`() throws {
    let (fits, compiles) = try fitting(
      "let b = 1\nlet a = \"" + String(repeating: "\\(b)", count: 60_001) + "\"")
    #expect(!fits)
    #expect(!compiles)
  }

  @Test func `more names in the main text than it has registers are not told to fit, and do not`() throws {
    let (fits, compiles) = try fitting(String(repeating: "if true { let a = 1 }\n", count: 60_001))
    #expect(!fits)
    #expect(!compiles)
  }

  private func fitting(_ text: String) throws -> (fits: Bool, compiles: Bool) {
    let source = SourceText(name: "t.tcb", text)
    let vocabulary = Vocabulary(commands: [], definitions: [], functions: [])
    let parsed = Parser.parse(source, id: SourceID(0), vocabulary: vocabulary)
    try #require(parsed.problems.isEmpty)
    let resolution = Resolver.resolve(parsed, in: GlobalScope(), vocabulary: vocabulary)
    try #require(resolution.problems.isEmpty)
    let compiled = try? Compiler.compile(parsed, resolution, source: source, natives: NativeTable { [] })
    return (Compiler.isCertainToFit(parsed, resolution, source: source), compiled != nil)
  }
}
