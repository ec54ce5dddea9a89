// Codes about what is wrong with the text and its structure.

extension CodeCatalogue {
  static let textCodes: [CodeEntry] = [
    CodeEntry(
      "E0101", "The script is not UTF-8 at this place. Scripts are read as UTF-8 only.",
      chinese: "脚本在此处不是 UTF-8 编码。脚本只按 UTF-8 读取。"),
    CodeEntry(
      "E0102",
      "A character that belongs to no word of the language. Outside of texts and comments only ASCII is used.",
      chinese: "该字符不属于语言中的任何单词。文本和注释之外只使用 ASCII 字符。",
      wrong: "print 1 ！",
      mended: #"print "！""#),
    CodeEntry(
      "E0103", "A text is not closed on the line it began on.",
      chinese: "文本没有在开始的那一行内结束。",
      wrong: #"print "abc"#,
      mended: #"print "abc""#),
    CodeEntry(
      "E0104", "A backslash in a text begins an escape, and this is none. In '…' nothing is escaped.",
      chinese: "文本中的反斜杠表示转义，但这里不是有效的转义。在 '…' 中不做任何转义。",
      wrong: #"print "C:\path""#,
      mended: #"print 'C:\path'"#),
    CodeEntry(
      "E0105", "A number does not fit: integers have 64 bits, floats are finite.",
      chinese: "数字超出范围：整数为 64 位，浮点数必须有限。",
      wrong: "print 9223372036854775808",
      mended: "print 9223372036854775807"),
    CodeEntry(
      "E0106", "A number with letters behind it that are no unit, or a unit behind a fraction.",
      chinese: "数字后面的字母不是单位，或者单位跟在小数后面。",
      wrong: "print 1.5h",
      mended: "print 90m"),
    CodeEntry(
      "E0107", "A `$` stands for an environment variable and needs its name.",
      chinese: "`$` 表示环境变量，后面需要变量名。",
      wrong: "print $",
      mended: "print $HOME == null"),
    CodeEntry(
      "E0110", "Something else was expected at this place.",
      chinese: "此处需要的是别的内容。",
      wrong: "let = 1",
      mended: "let x = 1"),
    CodeEntry(
      "E0111", "A bracket is never closed.",
      chinese: "括号没有闭合。",
      wrong: "print (1 + 2",
      mended: "print (1 + 2)"),
    CodeEntry(
      "E0112", "A bracket closes nothing.",
      chinese: "右括号没有对应的左括号。",
      wrong: "print 1)",
      mended: "print 1"),
    CodeEntry(
      "E0113",
      "Brackets, blocks or operators stand inside one another more than a person can read, and more than is read.",
      chinese: "括号、代码块或运算符嵌套过深。",
      wrong: "print " + String(repeating: "(", count: 250) + "1" + String(repeating: ")", count: 250),
      mended: #"""
        let a = ((1))
        print a
        """#),
    CodeEntry(
      "E0114", "Comparisons do not chain: `1 < x < 5` compares a bool with a number.",
      chinese: "比较运算不能连写。",
      wrong: #"""
        let x = 3
        print 1 < x < 5
        """#,
      mended: #"""
        let x = 3
        print 1 < x and x < 5
        """#),
    CodeEntry(
      "E0115", "A range stands in `for` and `limit` only; it is no value.",
      chinese: "区间只能出现在 `for` 和 `limit` 中，它不是值。",
      wrong: "print 1..3",
      mended: "print range(1, 3)"),
    CodeEntry(
      "E0116", "A word of the language stands where a name or a value is wanted.",
      chinese: "此处需要名称或值，却出现了语言的保留字。",
      wrong: "let while = 1",
      mended: "let loop = 1"),
    CodeEntry(
      "E0117", "Only a name, a field or an element can be assigned to.",
      chinese: "只能给名称、字段或元素赋值。",
      wrong: "1 + 2 = 3",
      mended: #"""
        var x = 1
        x = 3
        """#),
    CodeEntry(
      "E0118", "A key stands twice in one record.",
      chinese: "同一条记录中键重复。",
      wrong: "print {a: 1, a: 2}",
      mended: "print {a: 1, b: 2}"),
    CodeEntry(
      "E0119", "`break` and `continue` belong into a loop.",
      chinese: "`break` 和 `continue` 只能用在循环里。",
      wrong: "break",
      mended: "for i in 1..3 { break }"),
    CodeEntry(
      "E0120", "Definitions, functions with a name, imports and tests stand at the top level, not in blocks.",
      chinese: "定义、具名函数、导入和测试只能放在顶层，不能放在代码块里。",
      wrong: "if true { fn f() { 1 } }",
      mended: #"""
        fn f() { 1 }
        if true { print f() }
        """#),
    CodeEntry(
      "E0121",
      "A function or the script is more than one unit of code may hold: 60,000 names and values at once.",
      chinese: "函数或脚本超出了单个代码单元的上限（同时 60000 个名称和值）。"),
    CodeEntry(
      "E0122", "Parameters with a default come last.",
      chinese: "带默认值的参数必须放在最后。",
      wrong: "fn f(a = 1, b) { a + b }",
      mended: "fn f(b, a = 1) { a + b }"),
  ]
}
