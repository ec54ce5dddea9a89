// Codes about commands and the clauses of definitions.

extension CodeCatalogue {
  static let commandCodes: [CodeEntry] = [
    CodeEntry(
      "E0301", "No command has this name.",
      chinese: "没有这个命令。",
      wrong: #"exprot [1] to "a.csv""#,
      mended: "print 1"),
    CodeEntry(
      "E0302", "The command has no part with this label.",
      chinese: "该命令没有这个标签。",
      wrong: #"links "a.png" usng site"#,
      mended: #"""
        env demo { id "e"; bucket "b"; api embedded any }
        use env demo
        print (links "a.png" | count)
        """#),
    CodeEntry(
      "E0303", "A part that the command needs is missing.",
      chinese: "缺少命令必需的部分。",
      wrong: "export [{a: 1}]",
      mended: #"export [{a: 1}] to "a.csv""#),
    CodeEntry(
      "E0304", "A part of a command is given twice, or through the pipe and once more.",
      chinese: "命令的某个部分给出了两次。",
      wrong: #"[{a: 1}] | export [{a: 2}] to "a.csv""#,
      mended: #"[{a: 1}] | export to "a.csv""#),
    CodeEntry(
      "E0305", "The command takes one subject.",
      chinese: "该命令只接受一个主语。",
      wrong: #"count ["a"], ["b"]"#,
      mended: #"print (["a", "b"] | count)"#),
    CodeEntry(
      "E0306", "Nothing can be piped into this command.",
      chinese: "该命令不接受管道输入。",
      wrong: #"["a"] | help"#,
      mended: "help links"),
    CodeEntry(
      "E0307", "The word is none of those that may stand here.",
      chinese: "此处不能使用这个单词。",
      wrong: "show [{a: 1}] as cvs",
      mended: "show [{a: 1}] as csv"),
    CodeEntry(
      "E0310", "The definition has no clause of this name.",
      chinese: "该定义没有这个子句。",
      wrong: #"env demo { id "e"; buckt "b"; api embedded any }"#,
      mended: #"env demo { id "e"; bucket "b"; api embedded any }"#),
    CodeEntry(
      "E0311", "A clause stands twice.",
      chinese: "子句重复。",
      wrong: #"env demo { id "e"; id "f"; bucket "b"; api embedded any }"#,
      mended: #"env demo { id "e"; bucket "b"; api embedded any }"#),
    CodeEntry(
      "E0312", "A clause that the definition needs is missing.",
      chinese: "缺少定义必需的子句。",
      wrong: #"env demo { id "e"; api embedded any }"#,
      mended: #"env demo { id "e"; bucket "b"; api embedded any }"#),
  ]
}
