// Codes of what lint finds in policies. `tcbsh check` tells them.

extension CodeCatalogue {
  static let lintCodes: [CodeEntry] = [
    lint(
      "E0530",
      "A rule, or one of its patterns, never decides: whatever it matches is decided by other rules first.",
      chinese: "规则或其中一个模式从不起作用：凡是它匹配的路径，都由其他规则先行决定。",
      wrong: """
        policy p {
          "tmp/" deny "temporary"
          "tmp/launch.mp4" max_age 1h
        }
        """,
      mended: """
        policy p {
          "tmp/" deny "temporary"
          "tmp/launch.mp4" max_age 1h priority 1
        }
        """),
    lint(
      "E0531",
      "A rule matches no path that a file can have, because of its characters, its segments or its length.",
      chinese: "规则不匹配任何合法的文件路径，原因在于字符、路径段或长度。",
      wrong: #"policy p { "a/[.]" max_age 1h }"#,
      mended: #"policy p { "a/[.]x" max_age 1h }"#),
    lint(
      "E0532", "Two rules of a policy say the same of the same files.",
      chinese: "同一策略中有两条内容相同的规则。",
      wrong: """
        policy p {
          "a/" max_age 1h
          "a/" max_age 1h
        }
        """,
      mended: #"policy p { "a/" max_age 1h }"#),
    lint(
      "E0533",
      "Two rules are equally specific, match the same paths and say different things, so that their order decides.",
      chinese: "两条规则同样具体，匹配相同的路径而结果不同，由先后顺序决定。",
      wrong: """
        policy p {
          "**/thumb_*" max_age 1h
          "**/*_small" max_age 2h
        }
        """,
      mended: """
        policy p {
          "**/thumb_*" max_age 1h
          "**/*_small" max_age 2h priority 1
        }
        """),
    lint(
      "E0534", "A lifetime lies outside the policy's own `limit`, which changes it for every file.",
      chinese: "有效期超出策略自己的 `limit`，对所有文件都会被改变。",
      wrong: """
        policy p {
          limit max_age 1m..1d
          "a/" max_age 2d
        }
        """,
      mended: """
        policy p {
          limit max_age 1m..2d
          "a/" max_age 2d
        }
        """),
    lint(
      "E0535", "A condition comes out the same for every file.",
      chinese: "条件对所有文件的结果都相同。",
      wrong: #"policy p { "a/" max_age 1h when 1 < 2 }"#,
      mended: #"policy p { "a/" max_age 1h when it.size < 2 }"#),
    lint(
      "E0536", "A denial gives no reason, so that whoever meets it does not learn why.",
      chinese: "拒绝时没有写明理由，遇到的人无从得知原因。",
      wrong: #"policy p { "tmp/" deny }"#,
      mended: #"policy p { "tmp/" deny "temporary files are not shared" }"#),
    lint(
      "E0537", "A policy tells lifetimes apart in an environment whose links do not expire.",
      chinese: "环境的链接不会过期，而策略却区分有效期。",
      wrong: """
        env demo { id "test2-4a89da" bucket "7465-test2-4a89da" api embedded any read public }
        policy p {
          default max_age 2h
          "a/" max_age 1h
        }
        let rows = links "A.png" using p in demo
        """,
      mended: """
        env demo { id "test2-4a89da" bucket "7465-test2-4a89da" account "1" api embedded any read public }
        policy p { default max_age 2h }
        let rows = links "A.png" using p in demo
        """),
    lint(
      "E0538",
      "A line is without effect, because the policy that is extended, or a later line, says what holds.",
      chinese: "这一行没有效果，由被扩展的策略或后面的一行决定。",
      wrong: """
        policy base { "tmp/" deny "temporary" }
        policy p extends base { "tmp/a" max_age 1h }
        """,
      mended: """
        policy base { "tmp/" deny "temporary" }
        policy p extends base { "tmp/a" max_age 1h priority 1 }
        """),
    lint(
      "E0539", "The rules of a policy decide every path, so that its default never does.",
      chinese: "规则已决定所有路径，默认值从不起作用。",
      wrong: """
        policy p {
          default deny "not listed"
          "**" max_age 1h
        }
        """,
      mended: #"policy p { "**" max_age 1h }"#),
    lint(
      "E0540", "Something about a policy is not known before it runs, or would take too long to find out.",
      chinese: "策略中有些内容在运行之前无法知道，或者判定需要的时间过长。",
      wrong: #"policy p { "a/" max_age 1h priority int("1") }"#,
      mended: #"policy p { "a/" max_age 1h priority 1 }"#),
    lint(
      "E0541", "A comment allows a finding that is not there.",
      chinese: "注释允许的内容并不存在。",
      wrong: """
        policy p {
          # tcb: allow E0536 everybody knows
          "tmp/" deny "temporary"
        }
        """,
      mended: """
        policy p {
          # tcb: allow E0536 everybody knows
          "tmp/" deny
        }
        """),
    lint(
      "E0542", "A comment for lint is not of the form `# tcb: allow CODE reason`.",
      chinese: "写给检查的注释不是 `# tcb: allow CODE 理由` 的形式。",
      wrong: """
        policy p {
          # tcb: allow E0536
          "tmp/" deny "temporary"
        }
        """,
      mended: """
        policy p {
          # tcb: allow E0536 everybody knows
          "tmp/" deny
        }
        """),
  ]

  private static func lint(
    _ code: String, _ english: String, chinese: String, wrong: String, mended: String
  ) -> CodeEntry {
    CodeEntry(code, english, chinese: chinese, wrong: wrong, mended: mended, isOfLint: true)
  }
}
