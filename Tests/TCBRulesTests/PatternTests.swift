// What each kind of pattern matches, sentence by sentence.

import TCBRules
import Testing

struct Matching: Sendable, CustomTestStringConvertible {
  var pattern: String
  var hits: [String]
  var misses: [String]

  init(_ pattern: String, hits: [String], misses: [String]) {
    self.pattern = pattern
    self.hits = hits
    self.misses = misses
  }

  var testDescription: String { pattern }
}

struct PatternTests {
  static let literal = [
    Matching("a/b/", hits: ["a/b/c", "a/b/c/d", "a/b/中"], misses: ["a/b", "a/bc", "x/a/b/c", "A/b/c"]),
    Matching("a/b.png", hits: ["a/b.png"], misses: ["a/b.png/c", "a/b.pn", "a/b.pngx", "a/B.png"]),
    Matching("产品/图.png", hits: ["产品/图.png"], misses: ["产品/图.pn", "品/图.png"]),
    Matching(#"a\*b"#, hits: ["a*b"], misses: ["axb", #"a\*b"#]),
    Matching(#"\[a\]\{b\}\?\\"#, hits: [#"[a]{b}?\"#], misses: ["a"]),
    Matching(#"\a/"#, hits: ["a/x"], misses: [#"\a/x"#]),
    Matching("a}b]c,d", hits: ["a}b]c,d"], misses: ["abcd"]),
    Matching("a b/#1", hits: ["a b/#1"], misses: ["a"]),
  ]

  static let oneCharacter = [
    Matching("a?c", hits: ["abc", "a中c", "a😀c", "a?c"], misses: ["ac", "a/c", "abbc", "ae\u{301}c"]),
    Matching("?", hits: ["a", "中"], misses: ["", "/", "ab", "é".decomposed]),
    Matching("[abc]", hits: ["a", "b", "c"], misses: ["d", "ab", ""]),
    Matching("[a-c]x", hits: ["ax", "bx", "cx"], misses: ["dx", "x", "Ax"]),
    Matching("[!a-c]", hits: ["d", "中", "A"], misses: ["a", "b", "/", ""]),
    Matching("a[!b]c", hits: ["axc"], misses: ["abc", "a/c"]),
    Matching("a[+-9]c", hits: ["a5c", "a.c"], misses: ["a/c", "axc"]),
    Matching("[中-字]", hits: ["中", "字", "丮"], misses: ["z", "丬"]),
    Matching("[a-]", hits: ["a", "-"], misses: ["b"]),
    Matching("[-a]", hits: ["a", "-"], misses: ["b"]),
    Matching(#"[\]\\\-x]"#, hits: ["]", #"\"#, "-", "x"], misses: ["a"]),
    Matching("[a!]", hits: ["a", "!"], misses: ["b"]),
    Matching("[a^]", hits: ["a", "^"], misses: ["b"]),
    Matching("[*?{},]", hits: ["*", "?", "{", "}", ","], misses: ["a"]),
  ]

  static let runs = [
    Matching("a*c", hits: ["ac", "abc", "a中文c", "acc"], misses: ["a/c", "ab/c", "acd"]),
    Matching("*", hits: ["a", "a.b"], misses: ["a/b"]),
    Matching("*.png", hits: ["a.png", ".png"], misses: ["a/b.png", "a.pngx"]),
    Matching("a/*", hits: ["a/b", "a/"], misses: ["a", "a/b/c"]),
    Matching("a/*/c", hits: ["a/b/c", "a/bb/c"], misses: ["a/c", "a/b/b/c"]),
    Matching("*a*a*", hits: ["aa", "xaya", "axxa"], misses: ["a", "xa", "a/a"]),
  ]

  static let deepRuns = [
    Matching("**", hits: ["a", "a/b", "a/b/c"], misses: []),
    Matching("**/x", hits: ["x", "a/x", "a/b/x"], misses: ["ax", "a/bx", "x/a", "x/"]),
    Matching("a/**/b", hits: ["a/b", "a/x/b", "a/x/y/b"], misses: ["ab", "a/xb", "a/b/c", "x/a/b"]),
    Matching("a/**", hits: ["a/b", "a/b/c"], misses: ["a", "ab", "x/a/b"]),
    Matching("**/*.psd", hits: ["a.psd", "x/a.psd", "x/y/.psd"], misses: ["a.psd/b", "a.png"]),
    Matching("**/a/**", hits: ["a/b", "x/a/b/c"], misses: ["a", "x/a", "xa/b"]),
    Matching("**/**/x", hits: ["x", "a/x", "a/b/x"], misses: ["ax"]),
    Matching("a/**/**/b", hits: ["a/b", "a/x/b"], misses: ["ab", "a/xb"]),
    Matching("a**b", hits: ["ab", "axb", "a/b", "a/x/yb"], misses: ["a/bc", "xab"]),
    Matching("a**/b", hits: ["a/b", "ax/b", "a/x/b"], misses: ["ab", "b"]),
    Matching("a/**b", hits: ["a/b", "a/xb", "a/x/yb"], misses: ["ab"]),
    Matching("a/**?/b", hits: ["a/x/b", "a/x/y/b"], misses: ["a/b"]),
    Matching("a/***/b", hits: ["a//b", "a/x/b", "a/x/y/b"], misses: ["a/b"]),
    Matching("p/**/t_*.jpg", hits: ["p/t_1.jpg", "p/x/y/t_.jpg"], misses: ["p/x/at_1.jpg", "p/t_1/a.jpg"]),
  ]

  static let braces = [
    Matching("a.{png,jpg}", hits: ["a.png", "a.jpg"], misses: ["a.gif", "a.", "a.{png,jpg}"]),
    Matching("{img,tmp}/", hits: ["img/a", "tmp/a/b"], misses: ["img", "tmp", "x/img/a", "imgs/a"]),
    Matching("a{b,c{d,e}}f", hits: ["abf", "acdf", "acef"], misses: ["acf", "abdf"]),
    Matching("{*.png,b?}", hits: ["x.png", "bz"], misses: ["bzz", "a/x.png"]),
    Matching("a{,b}", hits: ["a", "ab"], misses: ["abb"]),
    Matching("{a}", hits: ["a"], misses: ["{a}"]),
    Matching("a/{b,}", hits: ["a/b", "a/x"], misses: ["a", "b"]),
    Matching("{**,a}/x", hits: ["x", "a/x", "b/c/x"], misses: ["ax"]),
    Matching("{a/,}**/x", hits: ["x", "a/x", "a/b/x", "b/x"], misses: ["ax"]),
    Matching("a/{**/,}b", hits: ["a/b", "a/c/b"], misses: ["a/cb"]),
    Matching(#"{a\,b,c\}}"#, hits: ["a,b", "c}"], misses: ["a", "b"]),
    Matching("{[,],a}", hits: [",", "a"], misses: ["[", "]"]),
    Matching("*/", hits: ["a/b", "a/b/c"], misses: ["a", "b"]),
    Matching("a?/", hits: ["ab/c", "ab/c/d"], misses: ["ab", "a/c"]),
    Matching("**/tmp/", hits: ["tmp/a", "x/tmp/a/b"], misses: ["tmp", "xtmp/a"]),
    Matching("**/", hits: ["a", "a/b"], misses: []),
    Matching("{*,a}*", hits: ["a", "ab"], misses: ["a/b"]),
  ]

  @Test(arguments: literal + oneCharacter + runs + deepRuns + braces)
  func `a pattern matches exactly what it says`(_ matching: Matching) throws {
    let pattern = try Pattern(matching.pattern)
    for path in matching.hits { #expect(pattern.matches(path), "\(path)") }
    for path in matching.misses { #expect(!pattern.matches(path), "\(path)") }
  }

  @Test func `composed and decomposed letters differ`() throws {
    #expect(try !Pattern("\u{E9}.png").matches("e\u{301}.png"))
    #expect(try Pattern("\u{E9}") != Pattern("e\u{301}"))
    #expect(try Pattern("a*") == Pattern("a*"))
    #expect(try Set([Pattern("a*"), Pattern("a*"), Pattern("b*")]).count == 2)
  }

  @Test func `bytes that are not text are taken by runs only`() throws {
    func matches(_ pattern: String, _ path: [UInt8]) throws -> Bool {
      let pattern = try Pattern(pattern)
      return path.withUnsafeBufferPointer { pattern.matches($0) }
    }
    for bad: [UInt8] in [
      [0xFF], [0xC0, 0x80], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ] {
      #expect(try matches("a*b", Array("a".utf8) + bad + Array("b".utf8)))
      #expect(try matches("a**/b", Array("a".utf8) + bad + Array("/b".utf8)))
      #expect(try !matches("[!a]*", bad))
      #expect(try !matches("?*", bad))
    }
    #expect(try matches("*中?", [0xE4] + Array("中a".utf8)))
    #expect(try matches("?", [0xF4, 0x8F, 0xBF, 0xBF]))
    #expect(try matches("?", [0xED, 0x9F, 0xBF]))
  }

  @Test func `many braces in a row stay cheap`() throws {
    let pattern = try Pattern(String(repeating: "{a,b}", count: 30) + ".png")
    #expect(pattern.matches(String(repeating: "ab", count: 15) + ".png"))
    #expect(!pattern.matches(String(repeating: "ab", count: 14) + "a.png"))
    #expect(!pattern.matches(String(repeating: "ab", count: 14) + "ac.png"))
  }

  @Test func `patterns that make others backtrack for ever are answered`() throws {
    let path = String(repeating: "a", count: 850)
    #expect(try !Pattern(String(repeating: "*a", count: 500) + "b").matches(path))
    #expect(try Pattern(String(repeating: "*a", count: 500)).matches(path))
    #expect(try !Pattern(String(repeating: "**/*a", count: 170) + "/b").matches(path))
    let nested = String(repeating: "{a,{*,", count: 100) + "b" + String(repeating: "}}", count: 100)
    #expect(try Pattern(nested + "c").matches("bc"))
    #expect(try !Pattern(nested + "c").matches(path))
  }
}

extension String {
  fileprivate var decomposed: String { self == "é" ? "e\u{301}" : self }
}

struct SpecificityTests {
  @Test(arguments: [
    ("a/b.png", true, 7, 7),
    ("a/b/", false, 4, 4),
    ("**", false, 0, 0),
    ("a/*.png", false, 2, 6),
    ("a/**/b_?.jpg", false, 2, 9),
    ("a[bc]d{ee,ff*}g", false, 1, 3),
    ("{img,tmp}/", false, 0, 1),
    (#"a\*b*"#, false, 3, 3),
    ("中/[文]字", false, 4, 7),
    (#"a\/"#, false, 2, 2),
  ])
  func `literal text is counted in bytes outside classes and braces`(
    _ text: String, _ isWhole: Bool, _ prefix: Int, _ literal: Int
  ) throws {
    let expected = Specificity(isWholePath: isWhole, literalPrefix: prefix, literalText: literal)
    #expect(try Pattern(text).specificity == expected)
  }

  @Test func `whole path, then literal prefix, then all literal text`() throws {
    let ascending = ["**", "**/*.png", "a/*/b", "ab/*", "ab/*/c", "ab/c/", "a"]
    let ranks = try ascending.map { try Pattern($0).specificity }
    for (lower, upper) in zip(ranks, ranks.dropFirst()) { #expect(lower < upper) }
  }

  /// The second takes an automaton of many states.
  @Test(arguments: [
    "*[a]?[!b]*", "{a,b}*{a?,b?,c?,d?}*{e,f,g,h,a}*[a]{a,b}?{c,a}*?*{a,b,c,d,e,f}*{a,b,c}?[a]*{a,b}",
  ])
  func `a long text is not looked through when nobody waits for the answer`(text: String) async throws {
    let pattern = try Pattern(text)
    let long = String(repeating: "a", count: 200_000)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return pattern.matches(long)
    }
    #expect(pattern.matches(long))
    #expect(await task.value == false)
  }
}
