// Definitions: environments, file sets, tokens, policies and their patterns.

extension ChineseTexts {
  static let definitions: [String: String] = [
    "`{0}`: {1}": "`{0}`：{1}",
    "it is null": "它是 null",
    "is the environment variable it comes from set?": "它所来自的环境变量设置了吗？",
    "it is missing": "缺少它",
    "there is none": "没有",
    "give the environment a `key`, or set TCB_STATE to a folder that can be written":
      "请给环境写上 `key`，或把 TCB_STATE 设为可写的文件夹",
    "none can be kept: {0}": "无法保存：{0}",
    "the kept one is damaged: {0}": "保存的已损坏：{0}",
    "a file set": "文件集",
    "files or a list": "文件或列表",
    "a file set needs it, or `=`": "文件集需要它，或 `=`",
    "the path": "路径",
    "it means nothing for `from {0}`": "它对 `from {0}` 没有意义",
    "the reason": "理由",
    // File ids and keys.
    "a file id begins with `cloud://`": "文件 ID 以 `cloud://` 开头",
    "a file id begins with `cloud://`, not with another scheme": "文件 ID 以 `cloud://` 开头，不能是其他协议",
    "no environment stands after `cloud://`": "`cloud://` 之后没有环境",
    "{0} cannot stand in an environment id: letters, digits and hyphens can":
      "环境 ID 中不能有 {0}，只能有字母、数字和连字符",
    "no bucket follows the environment: `cloud://ENV.BUCKET/PATH`":
      "环境之后没有存储桶：`cloud://ENV.BUCKET/PATH`",
    "the bucket after `.` is empty": "`.` 之后的存储桶为空",
    "{0} cannot stand in a bucket's name: letters, digits and hyphens can":
      "存储桶名称中不能有 {0}，只能有字母、数字和连字符",
    "the path is empty": "路径为空",
    "the path begins with `/`": "路径以 `/` 开头",
    "the path has two slashes in a row": "路径中有两个连续的斜杠",
    "the path takes {0} bytes once encoded, more than {1}": "路径编码后有 {0} 字节，超过 {1}",
    "the path holds the control character {0}": "路径中有控制字符 {0}",
    "the path has a segment `.` or `..`": "路径中有 `.` 或 `..` 段",
    "the path is not UTF-8": "路径不是 UTF-8",
    "the control character {0}": "控制字符 {0}",
    "a signing key has 6 to 40 characters, this one has {0}": "签名密钥有 6 到 40 个字符，这个有 {0} 个",
    "a signing key holds only letters and digits; another character stands at byte {0}":
      "签名密钥只能有字母和数字；第 {0} 字节处是其他字符",
    "the source of random bytes gave nothing usable": "随机源没有给出可用的字节",
    // Policies.
    "a rule needs at least one pattern": "规则至少需要一个模式",
    "`max_age` must be more than 0 seconds": "`max_age` 必须大于 0 秒",
    "a limit on `max_age` must be more than 0 seconds": "`max_age` 的限制必须大于 0 秒",
    "a limit on `max_age` begins with the shorter time": "`max_age` 的限制应先写较短的时间",
    "a policy has at most {0} patterns": "一个策略最多有 {0} 个模式",
    // Patterns.
    "a pattern cannot be empty": "模式不能为空",
    "a pattern has at most {0} bytes, this one has {1}": "模式最多 {0} 字节，这个有 {1} 字节",
    "a pattern does not begin with `/`": "模式不以 `/` 开头",
    "a pattern cannot hold `//`": "模式中不能有 `//`",
    "a segment of a pattern cannot be `.` or `..`": "模式中的一段不能是 `.` 或 `..`",
    "no path holds the control character {0}": "路径中不会有控制字符 {0}",
    "this `[` is never closed": "这个 `[` 没有闭合",
    "a class needs at least one character": "字符类至少需要一个字符",
    "this range runs backwards": "这个范围前后颠倒",
    "a class never takes `/`": "字符类不能包含 `/`",
    "a class is negated by `!`, not by `^`": "字符类用 `!` 取反，不用 `^`",
    "this `{` is never closed": "这个 `{` 没有闭合",
    "these braces hold no alternative": "花括号中没有可选项",
    "there is nothing after this `\\` to quote": "这个 `\\` 之后没有要转义的字符",
    "`**` matches every path": "`**` 匹配所有路径",
    "split it into several patterns": "请拆成几个模式",
    "paths start below the bucket: write `a/b`, not `/a/b`": "路径从存储桶之下开始：写 `a/b`，不写 `/a/b`",
    "no path holds an empty segment: write one `/`": "路径中没有空段：请只写一个 `/`",
    "patterns match the path as it is stored, nothing is resolved": "模式按存储的路径原样匹配，不作解析",
    "close it with `]`, or write `\\[` for the bracket itself": "请用 `]` 闭合；要匹配方括号本身，写 `\\[`",
    "write `\\]` to put a `]` into a class": "要在字符类中放入 `]`，请写 `\\]`",
    "put the smaller character first, or write `\\-` for the hyphen itself":
      "请把较小的字符写在前面；要匹配连字符本身，写 `\\-`",
    "to go on in the next segment put `/` outside the class": "要进入下一段，请把 `/` 写在字符类之外",
    "write `[!…]`, or `\\^` for the caret itself": "请写 `[!…]`；要匹配 `^` 本身，写 `\\^`",
    "close it with `}`, or write `\\{` for the brace itself": "请用 `}` 闭合；要匹配花括号本身，写 `\\{`",
    "write `\\{\\}` for the braces themselves": "要匹配花括号本身，请写 `\\{\\}`",
    "write `\\\\` for the backslash itself": "要匹配反斜杠本身，请写 `\\\\`",
  ]
}
