// Files: read as rows and written from rows.

extension ChineseTexts {
  static let files: [String: String] = [
    "cannot read `{0}`: {1}": "无法读取 `{0}`：{1}",
    "cannot write `{0}`: {1}": "无法写入 `{0}`：{1}",
    "`{0}` cannot be read: {1}": "`{0}` 无法读取：{1}",
    "its folder does not exist": "它所在的文件夹不存在",
    "standard output was closed": "标准输出已关闭",
    "`{0}` is not allowed here": "这里不允许 `{0}`",
    "there is no such file": "文件不存在",
    "there is no such folder": "文件夹不存在",
    "it is a folder": "它是文件夹",
    "it is not a folder": "它不是文件夹",
    "permission was refused": "没有权限",
    "no space is left": "空间不足",
    "the output was closed": "输出已关闭",
    "it was stopped": "操作已停止",
    "it is not a usable path": "路径不可用",
    "system error {0}": "系统错误 {0}",
    // Rows.
    "it is not UTF-8": "不是 UTF-8",
    "1 field": " 1 个字段",
    "{0} fields": " {0} 个字段",
    "it has {0}, the header has {1}": "它有{0}，而表头有 {1} 个",
    "a quote is opened here and never closed": "此处的引号没有闭合",
    "there is text after a closing quote": "结尾引号之后还有文本",
    "`{0}` in column `{1}` is not an integer": "列 `{1}` 中的 `{0}` 不是整数",
    "`{0}` in column `{1}` is not a time (RFC 3339)": "列 `{1}` 中的 `{0}` 不是时间（RFC 3339）",
    "it is longer than {0} bytes": "超过 {0} 字节",
    "the name of `{0}` is not UTF-8": "`{0}` 的名称不是 UTF-8",
    "`{0}` is not a file": "`{0}` 不是文件",
    "element {0} is of type {1}, and a row is a string or a record":
      "第 {0} 个元素的类型是 {1}，而行应为字符串或记录",
    "`{0}` cannot be read as a row: {1}": "`{0}` 无法读作一行：{1}",
    "`{0}` has no column `{1}`; it has {2}": "`{0}` 没有列 `{1}`；它有 {2}",
    "`{0}` is empty: it has no header line": "`{0}` 为空：没有表头行",
    "`{0}` has more than {1} different fields": "`{0}` 有超过 {1} 个不同的字段",
    "reading `{0}` was stopped": "读取 `{0}` 已停止",
    "{0} and {1} more": "{0} 及另外 {1} 个",
    "{0}; left out": "{0}；已略过",
    "1 line was left out": "略过了 1 行",
    "{0} lines were left out": "略过了 {0} 行",
    // Exports.
    "there is no column `{0}`; there is {1}": "没有列 `{0}`；有 {1}",
    "there is no column `url`; there is {0}": "没有列 `url`；有 {0}",
    "later rows have other columns: {0}; name the columns, or write json or ndjson":
      "后面的行有其他列：{0}；请指定列，或写成 json 或 ndjson",
    "a value is nested deeper than {0} levels": "有值的嵌套超过 {0} 层",
  ]
}
