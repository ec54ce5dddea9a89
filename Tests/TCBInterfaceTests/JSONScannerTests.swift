// The scanner's grammar: malformed bytes are told their place, and nothing makes it trap.

import TCBInterface
import Testing

@Suite struct JSONScannerTests {
  /// Puts `value` where an unknown field's value stands; offsets in the tables count from its first byte.
  static func decode(unknown value: [UInt8]) throws(WireError) -> LinkAnswer {
    try LinkAnswer(decoding: Array(#"{"x":"#.utf8) + value + Array("}".utf8))
  }

  @Test(arguments: [
    "0", "-0", "10", "-1.5", "1e5", "1E+5", "1.25e-3", "true", "false", "null", #""""#,
    #""\u00e9\ud83d\ude00""#, "[]",
    "{}", "[ ]", "{ }", #"[1, [2, {"a": [3]}], "x"]"#, #"{"a": {"b": {}}, "c": [[], {}]}"#,
  ])
  func `values of no interest are stepped over`(value: String) throws {
    #expect(try Self.decode(unknown: Array(value.utf8)) == LinkAnswer(errorCode: 0, message: ""))
  }

  @Test(
    arguments: [
      ("", 0, .value), ("tru", 0, .value), ("nul", 0, .value), ("True", 0, .value), ("-", 1, .digit),
      ("01", 1, .commaOrBrace),
      ("1.", 2, .digit), (".5", 0, .value), ("1e", 2, .digit), ("+1", 0, .value), ("[1,]", 3, .value),
      ("[1 2]", 3, .commaOrBracket),
      ("[1}", 2, .commaOrBracket), (#"{"a":1,}"#, 7, .key), (#"{"a" 1}"#, 5, .colon), ("{a:1}", 1, .key),
      (#"{"a":1]"#, 6, .commaOrBrace), (#""a"#, 3, .closingQuote), (#""\x""#, 1, .escape),
      (#""\u12g4""#, 1, .escape),
      (#""\ud800""#, 1, .surrogatePair), (#""\udc00""#, 1, .surrogatePair),
      (#""\udc00\udc00""#, 1, .surrogatePair), (#""\ud800\ud800""#, 1, .surrogatePair),
      (#""\ud800\u0041""#, 1, .surrogatePair),
      ("\"a\nb\"", 2, .noControlCharacter), ("1 1", 2, .commaOrBrace), ("NaN", 0, .value), ("'a'", 0, .value),
      ("[", 1, .value),
    ] as [(String, Int, WireError.Expectation)])
  func `malformed values are told where and what was expected`(
    value: String, offset: Int, expected: WireError.Expectation
  ) {
    #expect(throws: WireError.malformed(at: offset + 5, expected: expected)) {
      try Self.decode(unknown: Array(value.utf8))
    }
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
      ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1),
    ] as [([UInt8], Int)])
  func `a string that is not UTF-8 is told where`(value: [UInt8], offset: Int) {
    #expect(throws: WireError.malformed(at: offset + 5, expected: .utf8)) { try Self.decode(unknown: value) }
  }

  @Test(
    arguments: [
      ("", 0, .value), ("  ", 2, .value), ("{", 1, .key), ("{}x", 2, .endOfText), ("{} {}", 3, .endOfText),
      ("[] x", 3, .endOfText),
      ("\u{FEFF}{}", 0, .value), (#"{"errmsg":"#, 10, .value), (#"{"file_list":[{]}"#, 15, .key),
    ] as [(String, Int, WireError.Expectation)])
  func `the text around the object is checked too`(text: String, offset: Int, expected: WireError.Expectation)
  {
    #expect(throws: WireError.malformed(at: offset, expected: expected)) {
      try LinkAnswer(decoding: Array(text.utf8))
    }
  }

  @Test func `a NUL is not taken for the end`() {
    #expect(throws: WireError.malformed(at: 2, expected: .endOfText)) {
      try LinkAnswer(decoding: Array("{}\u{0}".utf8))
    }
  }

  @Test func `nesting is bounded, and deeper text is refused without a trap`() throws {
    let limit = JSONScanner.nestingLimit
    let deepest =
      [UInt8](repeating: Byte.openBracket, count: limit) + [UInt8](repeating: Byte.closeBracket, count: limit)
    #expect(try Self.decode(unknown: deepest).errorCode == 0)
    #expect(throws: WireError.malformed(at: 5 + limit, expected: .noDeeperNesting)) {
      try Self.decode(unknown: [UInt8](repeating: Byte.openBracket, count: 1_000_000))
    }
    let objects = (0..<limit).reduce("1") { text, _ in #"{"a":\#(text)}"# }
    #expect(try Self.decode(unknown: Array(objects.utf8)).errorCode == 0)
    #expect(throws: WireError.malformed(at: 5 + limit * 5, expected: .noDeeperNesting)) {
      try Self.decode(unknown: Array(#"{"a":\#(objects)}"#.utf8))
    }
  }

  @Test func `objects and lists may alternate at every depth`() throws {
    let mixed = (0..<60).reduce("0") { text, _ in #"[{"a":[],"b":\#(text)},1]"# }
    #expect(try Self.decode(unknown: Array(mixed.utf8)).errorCode == 0)
  }

  @Test func `every escape is read`() throws {
    let text = #"{"errmsg":"\"\\\/\b\f\n\r\t\u0041\u00e9\u56FE\ud83d\ude00\u0000\uffff"}"#
    let message = try LinkAnswer(decoding: Array(text.utf8)).message
    #expect(Array(message.utf8) == Array("\"\\/\u{8}\u{C}\n\r\tAé图😀\u{0}\u{FFFF}".utf8))
  }

  @Test func `every beginning of a message, and every byte of it changed, is read or refused`() {
    let whole = Array(
      #"{"errcode":0,"errmsg":"o\u00e9\ud83d\ude00k","file_list":[{"fileid":"图","status":-1.0e2,"z":[{}]}]}"#
        .utf8)
    var refused = 0
    for length in 0..<whole.count {
      #expect(throws: WireError.self) { try LinkAnswer(decoding: Array(whole[..<length])) }
    }
    for index in whole.indices {
      for byte in [0x00, 0x22, 0x5C, 0x7B, 0x5D, 0x2C, 0x75, 0xFF] as [UInt8] {
        var changed = whole
        changed[index] = byte
        if (try? LinkAnswer(decoding: changed)) == nil { refused += 1 }
      }
    }
    #expect(refused > whole.count)
  }
}
