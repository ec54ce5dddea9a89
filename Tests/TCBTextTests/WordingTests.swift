import TCBText
import Testing

@Suite struct WordingTests {
  @Test func `what is quoted keeps its place in every language`() {
    let wording: Wording = "`\("a")` of `\("b")` is given twice"
    #expect(wording[.english] == "`a` of `b` is given twice")
    #expect(wording[.chinese] == "`b` 的 `a` 给出了两次")
  }

  @Test func `a wording in a wording is translated, a text is not`() {
    let division: Wording = "division by zero"
    let whole: Wording = "`\("rule")`: \(division)"
    #expect(whole[.chinese] == "`rule`：除以零")
    #expect(Wording(verbatim: "division by zero")[.chinese] == "division by zero")
  }

  @Test func `what is quoted never stands for something else`() {
    let wording: Wording = "`\("{1}")` of `\("{0}{9}{")` is given twice"
    #expect(wording[.english] == "`{1}` of `{0}{9}{` is given twice")
    #expect(wording[.chinese] == "`{0}{9}{` 的 `{1}` 给出了两次")
    let braces: Wording = "this `{` is never closed"
    #expect(braces[.chinese] == "这个 `{` 没有闭合")
  }

  @Test func `what has no translation is English`() {
    let wording: Wording = "nobody says \(7) of this"
    #expect(wording[.chinese] == "nobody says 7 of this")
  }

  @Test func `a locale has a language`() {
    #expect(TextLanguage(locale: "zh_CN.UTF-8") == .chinese)
    #expect(TextLanguage(locale: "de_DE") == .english)
    #expect(TextLanguage(locale: "") == .english)
  }
}
