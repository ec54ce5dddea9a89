// Codes about names and imports.

extension CodeCatalogue {
  static let nameCodes: [CodeEntry] = [
    CodeEntry(
      "E0201", "Nothing of this name is defined here, neither in the file nor by the language.",
      chinese: "没有定义这个名称。",
      wrong: #"""
        let total = 1
        print totl
        """#,
      mended: #"""
        let total = 1
        print total
        """#),
    CodeEntry(
      "E0202", "A script defines each top-level name once, and a block each of its names.",
      chinese: "同一个名称在脚本或代码块中只能定义一次。",
      wrong: #"""
        let x = 1
        let x = 2
        """#,
      mended: #"""
        var x = 1
        x = 2
        """#),
    CodeEntry(
      "E0203", "What `let`, `fn` or a definition names cannot be assigned again.",
      chinese: "`let`、`fn` 或定义的名称不能再次赋值。",
      wrong: #"""
        let x = 1
        x = 2
        """#,
      mended: #"""
        var x = 1
        x = 2
        """#),
    CodeEntry(
      "E0204",
      "`it` is the row, and there is none here: it stands in `where`, `set`, `sort by` and the like, and in a rule's `when`.",
      chinese: "`it` 表示当前行，而这里没有行。",
      wrong: "print it.path",
      mended: #"""
        files f = ["a.png"]
        print (f | where it.ext == "png" | count)
        """#),
    CodeEntry(
      "E0205", "What is computed for each row cannot run a command, nor call a function that does.",
      chinese: "逐行计算的表达式不能执行命令，也不能调用会执行命令的函数。",
      wrong: #"""
        files f = ["a.png"]
        fn loud(p) { print p; true }
        f | where loud(it.path)
        """#,
      mended: #"""
        files f = ["a.png"]
        for row in f { print row.path }
        """#),
    CodeEntry(
      "E0206", "`return` belongs into a function.",
      chinese: "`return` 只能用在函数里。",
      wrong: "return 1",
      mended: #"""
        fn f() { return 1 }
        print f()
        """#),
    CodeEntry(
      "E0207", "An imported file is no value; a dot and a name pick what it defines.",
      chinese: "导入的文件不是值；请用点号选择其中的定义。",
      wrong: #"""
        import "lib.tcb" as lib
        print lib
        """#,
      mended: #"""
        import "lib.tcb" as lib
        print lib.base
        """#),
    CodeEntry(
      "E0208", "The imported file defines nothing of this name.",
      chinese: "导入的文件没有定义这个名称。",
      wrong: #"""
        import "lib.tcb" as lib
        print lib.bse
        """#,
      mended: #"""
        import "lib.tcb" as lib
        print lib.base
        """#),
    CodeEntry(
      "E0210", "An imported file cannot be read. Its path is relative to the file that imports it.",
      chinese: "无法读取导入的文件。路径相对于导入它的文件。",
      wrong: #"import "nowhere.tcb""#,
      mended: #"import "lib.tcb""#),
    CodeEntry(
      "E0211", "Files import each other in a circle.",
      chinese: "文件之间循环导入。",
      wrong: #"import "circle.tcb""#,
      mended: #"import "lib.tcb""#),
    CodeEntry(
      "E0212", "An imported file holds definitions only, so that importing it does nothing by itself.",
      chinese: "被导入的文件只能包含定义，这样导入本身不会产生任何动作。",
      wrong: #"import "script.tcb""#,
      mended: #"import "lib.tcb""#),
    CodeEntry(
      "E0213", "A file that is imported a second time has mistakes, which were told the first time.",
      chinese: "再次导入的文件有错误，错误在第一次导入时已经报告。"),
    CodeEntry(
      "E0214", "`--set` names no top-level `let` of the script.",
      chinese: "`--set` 指定的名称不是脚本的顶层 `let`。"),
    CodeEntry(
      "E0215", "`--set` gives a value of another kind than the one it replaces.",
      chinese: "`--set` 给出的值与被替换的值类型不同。"),
    CodeEntry(
      "E0216", "The program that runs the script gives it a name that no script could use.",
      chinese: "运行脚本的程序给出了脚本中不能使用的名称。"),
  ]
}
