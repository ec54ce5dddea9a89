// Codes about limits and capabilities.

extension CodeCatalogue {
  static let limitCodes: [CodeEntry] = [
    CodeEntry(
      "E0901", "Calls within calls go deeper than a run may.",
      chinese: "调用嵌套过深。",
      wrong: #"""
        fn f(n) { f(n + 1) }
        print f(0)
        """#,
      mended: #"""
        fn f(n) { if n == 0 { 0 } else { f(n - 1) } }
        print f(100)
        """#),
    CodeEntry(
      "E0902",
      "The run took more steps than its host allows, or a `when` more than 20 million of them for one file, which is then denied.",
      chinese: "运行步数超过了宿主的限制，或者某个 `when` 对单个文件超过了两千万步（该文件会被拒绝）。"),
    CodeEntry(
      "E0903", "Lists and records are nested deeper than values may be.",
      chinese: "列表和记录嵌套过深。",
      wrong: #"""
        var l = []
        for i in 1..300 { l = [l] }
        """#,
      mended: #"""
        var l = []
        for i in 1..100 { l = [l] }
        """#),
    CodeEntry(
      "E0904", "The run was stopped.",
      chinese: "运行已被停止。"),
    CodeEntry(
      "E0905", "The run was started without this capability.",
      chinese: "运行时没有授予这项能力。"),
    CodeEntry(
      "E0906", "A text, a list or a record would be larger than values may be.",
      chinese: "文本、列表或记录超出允许的大小。",
      wrong: "print range(1, 100000000)",
      mended: "print length(range(1, 1000))"),
    CodeEntry(
      "E0907", "The run took longer than its host allows.",
      chinese: "运行时间超过了宿主的限制。"),
    CodeEntry(
      "E0908", "The values of the run take more memory than its host allows.",
      chinese: "运行占用的内存超过了宿主的限制。"),
    CodeEntry(
      "E0909", "A command of the program that runs the script used the session that was running it.",
      chinese: "运行脚本的程序的命令使用了正在运行它的会话。"),
    CodeEntry(
      "E0910",
      "Rows to be sorted or kept are more than are held in memory, and there is no room for them in a temporary file.",
      chinese: "要排序或保留的行超出了内存中可容纳的数量，且无法写入临时文件。"),
  ]
}
