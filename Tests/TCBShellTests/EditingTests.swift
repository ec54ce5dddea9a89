import Testing

@testable import TCBShell

/// Wide from the first CJK block on, as terminals draw it.
private func layout(_ columns: Int) -> TextLayout {
  TextLayout(columns: columns) { $0.value >= 0x2E80 ? 2 : $0.value >= 0x300 && $0.value < 0x370 ? 0 : 1 }
}

@Suite struct CompletionTests {
  private func step(
    _ line: String, opened: String = "", start: Int, _ words: [String], repeated: Bool = false
  ) -> CompletionStep {
    CompletionStep(
      line: line, cursor: line.utf8.count, opened: opened, start: start,
      candidates: words.map { Completion(text: $0) }, isRepeated: repeated)
  }

  @Test func `the only candidate takes the place of the word`() {
    #expect(step("show ex", start: 5, ["export"]) == .replace(scalars: 2, with: "export"))
    #expect(step("EX", start: 0, ["export"]) == .replace(scalars: 2, with: "export"))
    #expect(step("文件", start: 0, ["文件列表"]) == .replace(scalars: 2, with: "文件列表"))
    #expect(step("export", start: 0, ["export"]) == .none)
  }

  @Test func `several candidates give their common beginning, then the list`() {
    let words = ["explain", "export"]
    #expect(step("e", start: 0, words) == .replace(scalars: 1, with: "exp"))
    #expect(step("exp", start: 0, words) == .ambiguous)
    #expect(step("exp", start: 0, words, repeated: true) == .list(words.map { Completion(text: $0) }))
    #expect(step("xp", start: 0, words) == .ambiguous)
  }

  @Test func `offsets count from the first line of the entry`() {
    #expect(step("ex", opened: "{ 文\n", start: 6, ["export"]) == .replace(scalars: 2, with: "export"))
  }

  @Test(arguments: [-1, 1, 2, 7, Int.min, Int.max])
  func `a start that is no place in the line does nothing`(_ start: Int) {
    #expect(step("文a", start: start, ["文b"]) == .none)
  }

  @Test func `a start before this line does nothing`() {
    #expect(step("ex", opened: "{ a\n", start: 2, ["export"]) == .none)
    #expect(step("ex", start: 0, []) == .none)
  }

  @Test(arguments: [
    (["文件列表", "文件链接"], "文件"),
    // Bytes agree further than characters do: 列 and 刘 share their first byte.
    (["列", "刘"], ""),
    (["👨‍👩‍👧x", "👨‍👩‍👦x"], ""),
    (["e\u{301}a", "ea"], ""),
    (["a", "ab"], "a"),
    ([], ""),
  ])
  func `a common beginning ends at a character's edge`(_ words: [String], _ prefix: String) {
    #expect(CompletionStep.commonPrefix(of: words) == prefix)
  }

  @Test func `candidates with summaries are listed one a line, aligned by columns`() {
    let list = CandidateList(
      [Completion(text: "文件", summary: "甲乙丙"), Completion(text: "ab", summary: "x"), Completion(text: "c")],
      layout: layout(12))
    #expect(list.lines == ["文件  甲乙", "ab    x", "c"])
  }

  @Test func `candidates without summaries are listed downwards`() {
    let list = CandidateList(["a1", "b", "c", "d", "e"].map { Completion(text: $0) }, layout: layout(13))
    #expect(list.lines == ["a1  c   e", "b   d"])
    #expect(CandidateList([Completion(text: "longer")], layout: layout(4)).lines == ["lon"])
  }

  @Test func `control characters of a candidate stay off the terminal`() {
    #expect(CandidateList([Completion(text: "a\u{1B}[2Jb")], layout: layout(80)).lines == ["a?[2Jb"])
  }

  @Test func `a list that is too long says how much is missing`() {
    let many = (1...150).map { Completion(text: "\($0)", summary: "") }
    let lines = CandidateList(many, layout: layout(80)).lines
    #expect(lines.count == CandidateList.maximumLines + 1)
    #expect(lines.last == "(50 more lines)")
  }
}

@Suite struct TextTests {
  @Test(arguments: [
    ("abc", 0, 3), ("abcde", 1, 0), ("文文文", 1, 2), ("a\nb", 1, 1), ("\u{1}", 0, 2), ("e\u{301}", 0, 1),
    ("abc\t", 1, 0),
  ])
  func `text wraps at the edge`(_ text: String, _ row: Int, _ column: Int) {
    #expect(layout(5).place(after: text) == TextLayout.Place(row: row, column: column))
  }

  @Test func `a tab goes to the next multiple of eight`() {
    #expect(layout(80).place(after: "文\ta\t").column == 16)
  }

  @Test func `bytes become scalars, and what is not UTF-8 is passed over`() {
    var decoder = ScalarDecoder()
    let bytes: [UInt8] = [0x61, 0xFF, 0xE6, 0x96, 0x62, 0x80, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0xE6, 0x96, 0x87]
    var scalars = String.UnicodeScalarView(bytes.compactMap { decoder.next($0) })
    scalars.append(contentsOf: Array("é🎉".utf8).compactMap { decoder.next($0) })
    #expect(String(scalars) == "ab文é🎉")
  }

  @Test(arguments: [
    ("a\rb\r", "a\nb"), ("a\r\nb\n\n", "a\nb\n"), ("\ta\u{3}\u{1B}[201b", "\ta[201b"), ("文🎉", "文🎉"), ("", ""),
  ])
  func `a paste becomes text`(_ pasted: String, _ text: String) {
    var paste = PastedText()
    var ends = 0
    for scalar in (pasted + "\u{1B}[201~").unicodeScalars where paste.isEnded(by: scalar) { ends += 1 }
    #expect(ends == 1)
    #expect(paste.text == text)
  }

  @Test func `a paste without end is cut`() {
    var paste = PastedText()
    for _ in 0..<(PastedText.maximumScalars + 100) { _ = paste.isEnded(by: "x") }
    #expect(paste.text.utf8.count == PastedText.maximumScalars)
  }
}

@Suite struct HistoryWalkTests {
  @Test func `going up and down ends at the line being typed`() {
    var walk = HistoryWalk(entries: ["a", "b"])
    #expect(walk.newer() == nil)
    #expect(walk.older(than: "draft") == "b")
    #expect(walk.older(than: "b, edited") == "a")
    #expect(walk.older(than: "a") == nil)
    #expect(walk.newer() == "b")
    #expect(walk.newer() == "draft")
    #expect(walk.newer() == nil)
  }

  @Test func `a search finds the newest entry, then older ones that differ`() {
    var search = HistorySearch(entries: ["x 文件", "文件 y", "文件 y", "z"])
    #expect(search.older() == false)
    #expect(search.add("文") && search.match == .init(entry: "文件 y", before: ""))
    #expect(search.older() && search.match == .init(entry: "x 文件", before: "x "))
    #expect(!search.older() && search.match?.entry == "x 文件")
    #expect(!search.add("q") && search.match?.entry == "x 文件")
    search.erase()
    #expect(search.wanted == "文" && search.match?.entry == "文件 y")
    search.erase()
    search.erase()
    #expect(search.wanted == "" && search.match == nil)
  }

  @Test func `a search in an empty history finds nothing`() {
    var search = HistorySearch(entries: [])
    #expect(!search.add("a") && !search.older())
  }

  @Test(
    arguments: [
      ("abc", nil), ("abc\nde", -4), ("a\ndef", -4), ("\n", -1), ("ab\n\nc", -2),
    ] as [(String, Int?)])
  func `up moves to the line above`(_ before: String, _ scalars: Int?) {
    #expect(LineMotion.up(before: before) == scalars)
  }

  @Test(
    arguments: [
      ("ab", "c", nil), ("ab", "c\ndef", 4), ("abc", "\nd", 2), ("x\n", "a\nb", 2),
    ] as [(String, String, Int?)])
  func `down moves to the line below`(_ before: String, _ after: String, _ scalars: Int?) {
    #expect(LineMotion.down(before: before, after: after) == scalars)
  }
}
