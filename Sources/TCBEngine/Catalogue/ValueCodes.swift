// Codes about values, while a script runs.

extension CodeCatalogue {
  static let valueCodes: [CodeEntry] = [
    CodeEntry(
      "E0401", "Conditions, `and`, `or` and `not` take true and false only; nothing else counts as either.",
      chinese: "条件以及 `and`、`or`、`not` 只接受 true 和 false。",
      wrong: #"if 1 { print "yes" }"#,
      mended: #"if 1 != 0 { print "yes" }"#),
    CodeEntry(
      "E0402", "The operator does not join values of these types.",
      chinese: "该运算符不能用于这些类型的值。",
      wrong: #"print 1 + "a""#,
      mended: #"print "1" + "a""#),
    CodeEntry(
      "E0404", "The result does not fit 64 bits. Nothing overflows silently.",
      chinese: "结果超出 64 位范围。不会静默溢出。",
      wrong: "print 9223372036854775807 + 1",
      mended: "print 9223372036854775807.0 + 1"),
    CodeEntry(
      "E0405", "Division by zero.",
      chinese: "除数为零。",
      wrong: "print 1 / 0",
      mended: #"""
        let n = 0
        print if n == 0 { null } else { 1 / n }
        """#),
    CodeEntry(
      "E0406", "Values of these types have no common order, so `<` has no answer. `sort` orders anything.",
      chinese: "这些类型的值没有共同的顺序，无法比较大小；`sort` 可以排列任何值。",
      wrong: #"print 1 < "a""#,
      mended: #"print sort([1, "a"])"#),
    CodeEntry(
      "E0407", "The record has no such field. With a `?` behind it a missing field is null.",
      chinese: "记录没有这个字段。在后面加 `?` 时，缺失的字段为 null。",
      wrong: "print {size: 1}.sise",
      mended: "print {size: 1}.sise?"),
    CodeEntry(
      "E0408", "A value of this type has no fields.",
      chinese: "这种类型的值没有字段。",
      wrong: "print (5).size",
      mended: "print {size: 5}.size"),
    CodeEntry(
      "E0409", "The list has no element at this place. With a `?` behind it a missing element is null.",
      chinese: "列表在该位置没有元素。在后面加 `?` 时，缺失的元素为 null。",
      wrong: "print [1, 2][2]",
      mended: "print [1, 2][-1]"),
    CodeEntry(
      "E0410", "A top-level name is used before its definition has run.",
      chinese: "在定义执行之前使用了顶层名称。",
      wrong: #"""
        print x
        let x = 1
        """#,
      mended: #"""
        let x = 1
        print x
        """#),
    CodeEntry(
      "E0411", "Only functions can be called.",
      chinese: "只有函数可以调用。",
      wrong: #"""
        let x = 1
        print x(2)
        """#,
      mended: #"""
        let x = fn (n) { n }
        print x(2)
        """#),
    CodeEntry(
      "E0412", "The function is called with too many or too few arguments.",
      chinese: "调用函数时参数数量不对。",
      wrong: #"""
        fn f(a) { a }
        print f(1, 2)
        """#,
      mended: #"""
        fn f(a, b = 0) { a }
        print f(1, 2)
        """#),
    CodeEntry(
      "E0413",
      "`for` goes over lists, records, ranges, files and rows, and with two names over records only.",
      chinese: "`for` 只能遍历列表、记录、区间、文件和行；使用两个名称时只能遍历记录。",
      wrong: "for x in 5 { print x }",
      mended: "for x in 1..5 { print x }"),
    CodeEntry(
      "E0414", "A function that is called for each row turned out to run a command.",
      chinese: "逐行调用的函数执行了命令。",
      wrong: #"""
        files f = ["a.png"]
        let loud = fn (p) { print p; true }
        print (f | where loud(it.path) | count)
        """#,
      mended: #"""
        files f = ["a.png"]
        for row in f { print row.path }
        """#),
    CodeEntry(
      "E0415", "A text does not read as what it is to be converted to.",
      chinese: "文本无法转换成需要的类型。",
      wrong: #"print int("4x")"#,
      mended: #"print int("4")"#),
    CodeEntry(
      "E0416", "Lists are indexed by whole numbers, records by texts.",
      chinese: "列表用整数作下标，记录用文本作下标。",
      wrong: #"print [1]["a"]"#,
      mended: #"print {a: 1}["a"]"#),
    CodeEntry(
      "E0417", "A function or a command was given a value of a type it does not take.",
      chinese: "函数或命令得到的值类型不对。",
      wrong: "print upper(5)",
      mended: #"print upper("a")"#),
    CodeEntry(
      "E0418", "A pattern behind `matches` or an expression behind `=~` is not well formed.",
      chinese: "`matches` 后的模式或 `=~` 后的正则表达式格式不正确。",
      wrong: #"print "a" =~ '('"#,
      mended: #"print "a" =~ '[a-z]'"#),
    CodeEntry(
      "E0419", "A range goes from one whole number to another.",
      chinese: "区间的两端必须是整数。",
      wrong: "for i in 1..2.5 { print i }",
      mended: "for i in 1..2 { print i }"),
    CodeEntry(
      "E0420", "A secret cannot be looked at: nothing about its text may come out.",
      chinese: "机密内容不能被查看：关于它的任何信息都不会泄露。",
      wrong: #"""
        token main from app { appid "wx1"  secret $WX_SECRET }
        print length($WX_SECRET)
        """#,
      mended: #"""
        token main from app { appid "wx1"  secret $WX_SECRET }
        print main, $WX_SECRET
        """#),
    CodeEntry(
      "E0421", "The value is nested more deeply than JSON is written here.",
      chinese: "值的嵌套深度超过了可写成 JSON 的上限。",
      wrong: #"""
        var l = []
        for i in 1..100 { l = [l] }
        print to_json(l)
        """#,
      mended: "print to_json([[]])"),
    CodeEntry(
      "E0430", "The script raised an error of its own with `fail`.",
      chinese: "脚本用 `fail` 主动报告了错误。",
      wrong: #"fail "no products today""#,
      mended: #"try { fail "no products today" } catch e { print e.message }"#),
    CodeEntry(
      "E0431", "The condition behind `assert` or `expect` is false.",
      chinese: "`assert` 或 `expect` 的条件不成立。",
      wrong: "assert 1 + 1 == 3",
      mended: "assert 1 + 1 == 2"),
    CodeEntry(
      "E0432", "A function or a command that the program brought along, which runs the script, failed.",
      chinese: "运行脚本的程序所提供的函数或命令失败了。"),
  ]
}
