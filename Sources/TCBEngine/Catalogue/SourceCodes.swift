// Codes about files and rows.

extension CodeCatalogue {
  static let sourceCodes: [CodeEntry] = [
    CodeEntry(
      "E0601", "A file or folder cannot be read.",
      chinese: "无法读取文件或文件夹。",
      wrong: #"""
        files f from csv "nowhere.csv"
        print (f | count)
        """#,
      mended: #"""
        files f from csv "products.csv" column "image"
        print (f | count)
        """#),
    CodeEntry(
      "E0602", "A source cannot be read as rows: a line under `strict`, or its header.",
      chinese: "数据源无法按行读取：`strict` 模式下的某一行，或者表头。",
      wrong: #"""
        files f from csv "ragged.csv" strict
        print (f | count)
        """#,
      mended: #"""
        files f from csv "products.csv" column "image" strict
        print (f | count)
        """#),
    CodeEntry(
      "E0603", "The source has no column of this name.",
      chinese: "数据源没有这一列。",
      wrong: #"""
        files f from csv "products.csv" column "imge"
        print (f | count)
        """#,
      mended: #"""
        files f from csv "products.csv" column "image"
        print (f | count)
        """#),
    CodeEntry(
      "E0604",
      "A line of a source cannot be read as a row. It is left out, and counted; with `strict` it ends the run.",
      chinese: "数据源的某一行无法读取，已跳过并计数；使用 `strict` 时会终止运行。",
      wrong: #"""
        files f from csv "ragged.csv"
        print (f | count)
        """#,
      mended: #"""
        files f from csv "products.csv" column "image"
        print (f | count)
        """#),
    CodeEntry(
      "E0605", "Rows that stream by can be read once. `let` keeps them.",
      chinese: "流式的行只能读取一次，可以用 `let` 保存。"),
    CodeEntry(
      "E0606", "The rows have no column of this name.",
      chinese: "这些行没有这一列。",
      wrong: "[{size: 1}] | select sise | show",
      mended: "[{size: 1}] | select size | show"),
    CodeEntry(
      "E0607", "A column cannot take a name that another has.",
      chinese: "列名已被占用。",
      wrong: "[{a: 1, b: 2}] | rename a to b | show",
      mended: "[{a: 1, b: 2}] | drop b | rename a to b | show"),
  ]
}
