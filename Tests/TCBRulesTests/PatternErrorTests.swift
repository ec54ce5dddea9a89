// Patterns that are refused, where the fault is, and what is said.

import TCBRules
import Testing

struct PatternErrorTests {
  typealias Case = (text: String, reason: PatternError.Reason, offset: Int, length: Int)

  static let cases: [Case] = [
    ("", .empty, 0, 0),
    ("{,a}", .empty, 4, 0),
    ("/a", .leadingSlash, 0, 1),
    (#"\/a"#, .leadingSlash, 0, 2),
    ("{a,/b}", .leadingSlash, 3, 1),
    ("{a,}/b", .leadingSlash, 4, 1),
    ("a//b", .doubleSlash, 2, 1),
    ("中//b", .doubleSlash, 4, 1),
    ("a/{b/,c}/d", .doubleSlash, 8, 1),
    ("*//", .doubleSlash, 2, 1),
    (".", .dotSegment, 0, 1),
    ("..", .dotSegment, 0, 2),
    ("a/../b", .dotSegment, 2, 2),
    ("a/./b", .dotSegment, 2, 1),
    (#"a/\../b"#, .dotSegment, 2, 3),
    ("a/{.,b}/c", .dotSegment, 3, 1),
    ("a/.{b,}/c", .dotSegment, 2, 1),
    ("a\u{1B}b", .controlCharacter(0x1B), 1, 1),
    ("[\u{18}]", .controlCharacter(0x18), 1, 1),
    ("中\u{1A}", .controlCharacter(0x1A), 3, 1),
    ("a[bc", .unclosedClass, 1, 1),
    ("a[!", .unclosedClass, 1, 1),
    ("a[b-", .unclosedClass, 1, 1),
    ("{[a}", .unclosedClass, 1, 1),
    ("a[]b", .emptyClass, 1, 2),
    ("a[!]b", .emptyClass, 1, 3),
    ("[xz-a]", .reversedRange, 2, 3),
    ("[字-中]", .reversedRange, 1, 7),
    ("[a/b]", .slashInClass, 2, 1),
    (#"[+-\/]"#, .slashInClass, 3, 2),
    ("a[^b]", .caretInClass, 2, 1),
    ("a{b,c", .unclosedBrace, 1, 1),
    ("{a{b,c}", .unclosedBrace, 0, 1),
    ("a{}", .emptyBraces, 1, 2),
    (#"ab\"#, .trailingBackslash, 2, 1),
    (#"[a\"#, .trailingBackslash, 2, 1),
  ]

  @Test(arguments: cases)
  func `a bad pattern is refused at the place`(_ bad: Case) {
    let expected = PatternError(reason: bad.reason, offset: bad.offset, length: bad.length)
    #expect(throws: expected) { try Pattern(bad.text) }
  }

  @Test(arguments: ["...", "a/.b", "a/..b", "a./b", "a/.*", "*.", "[.]", "?.", "a/.[.]", ".{a,b}", "{a,b/}c"])
  func `dots and slashes that stay apart are fine`(_ text: String) {
    #expect(throws: Never.self) { try Pattern(text) }
  }

  @Test func `the longest text is 1024 bytes`() throws {
    #expect(try Pattern(String(repeating: "a", count: 1024)).matches(String(repeating: "a", count: 1024)))
    let expected = PatternError(reason: .tooLong(bytes: 1026), offset: 0, length: 1026)
    #expect(throws: expected) { try Pattern(String(repeating: "中", count: 342)) }
  }

  @Test func `the leftmost fault is the one told`() {
    #expect(throws: PatternError(reason: .leadingSlash, offset: 1, length: 1)) {
      try Pattern("{/a,b}//c/../")
    }
  }

  @Test func `messages are one plain sentence with the way out beside it`() {
    let said = Self.cases.map { bad -> String in
      let error = PatternError(reason: bad.reason, offset: bad.offset, length: bad.length)
      return "\(error.message) | \(error.help ?? "-")"
    }
    for sentence in said { #expect(sentence.first?.isUppercase == false && !sentence.hasSuffix(".")) }
    #expect(said[0] == "a pattern cannot be empty | `**` matches every path")
    #expect(said.contains("no path holds the control character ESC | -"))
    #expect(
      said.contains("this `{` is never closed | close it with `}`, or write `\\{` for the brace itself"))
  }
}
