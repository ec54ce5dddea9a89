// Codes about output.

extension CodeCatalogue {
  static let outputCodes: [CodeEntry] = [
    CodeEntry(
      "E0801", "A file cannot be written.",
      chinese: "无法写入文件。"),
    CodeEntry(
      "E0802",
      "Rows cannot be exported in this format: a column that was asked for is not there, or there are no links.",
      chinese: "无法以该格式导出：缺少指定的列，或没有链接。",
      wrong: #"export [{a: 1}] to "a.csv" columns b"#,
      mended: #"export [{a: 1}] to "a.csv" columns a"#),
    CodeEntry(
      "E0803", "A value cannot be written in this format.",
      chinese: "该格式无法写出这个值。"),
    CodeEntry(
      "E0804", "Whoever read standard output went away. The run ends, with status 141, and says nothing.",
      chinese: "标准输出的读取方已关闭。运行以状态码 141 结束。"),
    CodeEntry(
      "E0805", "The ending of the path says no format.",
      chinese: "路径的扩展名不能确定格式。",
      wrong: #"export [{a: 1}] to "a.txt""#,
      mended: #"export [{a: 1}] to "a.txt" as csv"#),
  ]
}
