import TCBText
import Testing

@Suite struct LayoutDifferenceTests {
  private func changes(_ old: String, _ new: String) -> [String] {
    LayoutDifference(from: Array(old.utf8), to: Array(new.utf8)).changes.map {
      "\($0.isNew ? "+" : "-")\($0.line) \($0.text)"
    }
  }

  @Test func `lines that differ by blanks go and come`() {
    #expect(changes("a\nb  c\nd\n", "a\nb c\nd\n") == ["-2 b  c", "+2 b c"])
    #expect(
      changes("let  x=1\r\nprint x\r\n", "let x = 1\nprint x\n") == [
        "-1 let  x=1\r", "+1 let x = 1", "-2 print x\r", "+2 print x",
      ])
  }

  @Test func `texts that are the same do not differ`() {
    #expect(changes("a\n\nb\n", "a\n\nb\n") == [])
    #expect(changes("", "") == [])
  }

  @Test func `empty lines go and come alone`() {
    #expect(changes("a\n\n\nb\nc\n", "a\n\nb\nc\n") == ["-3 "])
    #expect(changes("a\nb\n", "a\n\nb\n") == ["+2 "])
    #expect(changes("a\n\n\n", "a\n") == ["-2 ", "-3 "])
  }

  @Test func `lines that are joined or parted are one change`() {
    #expect(changes("a; b\nc\n", "a\nb\nc\n") == ["-1 a; b", "+1 a", "+2 b"])
    #expect(
      changes("f(\n  1,\n  2,\n)\nc\n", "f(1, 2)\nc\n") == [
        "-1 f(", "-2   1,", "-3   2,", "-4 )", "+1 f(1, 2)",
      ])
  }

  @Test func `a last line without an end is a line`() {
    #expect(changes("a\nb ", "a\nb\n") == ["-2 b ", "+2 b"])
  }

  @Test func `texts that differ in more than layout are told whole from there on`() {
    #expect(changes("a\nb\nc\n", "a\nbb\nc\n") == ["-2 b", "-3 c", "+2 bb", "+3 c"])
    #expect(changes("a\n", "a\nb\n") == ["+2 b"])
  }
}
