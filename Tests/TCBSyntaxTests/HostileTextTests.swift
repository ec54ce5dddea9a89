// Texts that nobody means to write. That a reading ends, and does not take the program with it, is the whole assertion.

import TCBSyntax
import Testing

private let script = """
  #!/usr/bin/env tcbsh
  # All of the language that fits a page: 中文, 'raw', "\\u{4E2D}".
  env demo { id "e1"  api embedded any  key $TCB_KEY }
  token main from app { secret "s3cr3t" }
  policy site {
    default max_age 2h
    limit max_age 1m..30d
    "private/", 'a\\*'   max_age 10m  tag a, "b c"  when it.size < 200MB and env.name != null  priority -1
    "tmp/"  deny "not \\(1 + 1) shared"
  }
  policy partner extends site { "p/" max_age 1h }
  files some from csv "a.csv"
  files both = (some + ["a.png"]) - some | where it.ext == "png"
  fn label(path, sep) { if path == "" { "none" } else if sep { "\\(path)\\(sep)" } else { path } }
  var total = {a: [1, 2.5, 1_000], "b c": null}
  total.a[0] = (both | count) + -1 // 2 % 3
  for key, value in total { print key, value; if key == "a" { continue } else { break } }
  for n in 1..10 { total.a[-1] = n * 2 }
  while total.x? ?? false { total = {} }
  let rows = links both using site in demo
    # a comment in between
    | where it.status == "ok" and not (it.path matches "**/*.psd")
  show rows as json columns path, "status"
  print decide("a", site).max_age?, "x" in ["x"], label("a", "b").length()
  """

@Suite struct HostileTextTests {
  @Test func `the script that is cut up is right as a whole`() {
    #expect(Reading(script).rendered() == "")
  }

  @Test func `a script cut at any byte is read to its end`() {
    let bytes = Array(script.utf8)
    for length in bytes.indices {
      let reading = Reading(Array(bytes[..<length]))
      #expect(reading.problems.count < 20, "cut at \(length)")
    }
  }

  @Test func `a script with any byte left out is read to its end`() {
    let bytes = Array(script.utf8)
    for index in bytes.indices {
      let reading = Reading(Array(bytes[..<index] + bytes[(index + 1)...]), isPrompt: index % 2 == 0)
      #expect(reading.problems.count < 40, "without \(index)")
    }
  }

  @Test func `what is no UTF-8 is refused wherever it stands`() {
    let bytes = Array(script.utf8)
    for index in bytes.indices {
      var broken = bytes
      broken.insert(0xFF, at: index)
      let reading = Reading(broken)
      #expect(reading.codes == ["E0101"], "at \(index)")
      #expect(reading.rendered().contains("E0101"))
    }
  }

  @Test(
    arguments: [
      [0xC3], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0x80], [0xE4, 0xB8], [0xE4, 0xB8, 0x41],
    ] as [[UInt8]])
  func `overlong, cut and surrogate forms are no UTF-8`(bytes: [UInt8]) {
    let reading = Reading(Array("print '".utf8) + bytes)
    #expect(reading.codes == ["E0101"])
    #expect(Int(reading.problems[0].span.lower) == 7)
  }

  @Test(arguments: [0x5EED_0001, 0x5EED_0002, 0x5EED_0003, 0x5EED_0004] as [UInt64])
  func `a soup of words is read to its end`(seed: UInt64) {
    var random = SplitMix(seed)
    for round in 0..<5_000 {
      let count = Int(random.next() % 24) + 1
      let words = (0..<count).map { _ in soup[Int(random.next() % UInt64(soup.count))] }
      let text = words.joined(separator: random.next() % 3 == 0 ? "" : " ")
      let reading = Reading(text, isPrompt: round % 2 == 0)
      #expect(reading.problems.count <= 200, "seed \(seed), round \(round): \(text)")
      if round % 16 == 0 { #expect(reading.rendered().isEmpty == reading.problems.isEmpty) }
    }
  }

  @Test(arguments: [0x5EED_0005, 0x5EED_0006] as [UInt64])
  func `a soup of bytes is read to its end`(seed: UInt64) {
    var random = SplitMix(seed)
    for round in 0..<2_000 {
      let bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let reading = Reading(bytes)
      #expect(reading.problems.count <= 200, "seed \(seed), round \(round)")
      #expect(reading.rendered().isEmpty == reading.problems.isEmpty)
    }
  }

  @Test(arguments: [
    ("'", "x", "'"), ("\"", "x", "\""), ("#", "x", ""), ("", "1", ""), ("1.", "2", ""), ("", "a", ""),
    ("", "中", ""),
  ])
  func `a token that nobody waits for any more is not read to its end`(
    _ start: String, _ middle: String, _ end: String
  ) async {
    let long = start + String(repeating: middle, count: 400_000) + end
    let text = SourceText(name: "long", long + "\n;")
    func reachesTheNextLine() -> Bool {
      Lexer.lex(text, id: SourceID(0)).tokens.contains { $0.kind == .semicolon }
    }
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return reachesTheNextLine()
    }
    #expect(reachesTheNextLine())
    #expect(await task.value == false)
  }
}

private let soup = [
  "let", "var", "fn", "if", "else", "for", "in", "while", "break", "continue", "return", "try", "catch",
  "import", "and",
  "or", "not", "true", "null", "print", "show", "where", "count", "links", "using", "as", "json", "columns",
  "env", "token",
  "files", "policy", "from", "app", "id", "api", "embedded", "any", "secret", "default", "limit", "max_age",
  "deny", "tag",
  "when", "priority", "extends", "it", "x", "y", "length", "matches", "1", "2.5", "1h30m", "10KB", "1..",
  "99999999999999999999",
  "5q", "$HOME", "$", "'raw'", "'open", "\"text\"", "\"a\\(", "\"b\\(1)\"", ")\"", "\"", "\\", "(", ")", "[",
  "]", "{", "}",
  ",", ":", ";", ".", "..", "?", "??", "|", "=", "==", "!=", "!", "<", "<=", ">", "=~", "+", "-", "*", "/",
  "//", "%", "&",
  "\n", "\n\n", "\r\n", "\t", "#", "# c\n", "中", "\0", "\u{1B}", "~", "@",
]

/// SplitMix64.
private struct SplitMix {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
