// Codes about rules and patterns.

extension CodeCatalogue {
  static let ruleCodes: [CodeEntry] = [
    CodeEntry(
      "E0501", "A rule says `max_age` or `deny`.",
      chinese: "规则必须写明 `max_age` 或 `deny`。",
      wrong: #"policy p { "a/" tag x }"#,
      mended: #"policy p { "a/" max_age 1h tag x }"#),
    CodeEntry(
      "E0502", "A rule says `max_age` or `deny`, and that once.",
      chinese: "规则只能写一次 `max_age` 或 `deny`。",
      wrong: #"policy p { "a/" max_age 1h deny }"#,
      mended: #"policy p { "a/" deny }"#),
    CodeEntry(
      "E0503", "A pattern is the same for every run, so nothing is interpolated in it.",
      chinese: "模式不允许插值。",
      wrong: #"policy p { "a\(1)/" deny }"#,
      mended: #"policy p { "a1/" deny }"#),
    CodeEntry(
      "E0510", "A rule's pattern is not well formed.",
      chinese: "规则的模式格式不正确。",
      wrong: #"policy p { "/a" deny }"#,
      mended: #"policy p { "a" deny }"#),
    CodeEntry(
      "E0511", "A lifetime is a positive whole number of seconds, as an integer or a duration.",
      chinese: "有效期必须是正整数秒，可以写成整数或时长。",
      wrong: #"policy p { "a/" max_age 1500ms }"#,
      mended: #"policy p { "a/" max_age 2s }"#),
    CodeEntry(
      "E0512", "The policy as a whole is not possible, such as a `limit` that ends before it begins.",
      chinese: "策略整体不成立，例如 `limit` 的下限大于上限。",
      wrong: "policy p { limit max_age 2h..1h }",
      mended: "policy p { limit max_age 1h..2h }"),
    CodeEntry(
      "E0513", "A row of a table of rules is no rule.",
      chinese: "规则表中的一行不是规则。",
      wrong: #"policy p from csv "bad-rules.csv""#,
      mended: #"policy p from csv "rules.csv""#),
    CodeEntry(
      "E0514",
      "A table of rules has a column whose name is nearly, or for the second time, that of one of its own.",
      chinese: "规则表中有一列的名称与规则的列相近，或者重复。",
      wrong: #"policy p from csv "bad-columns.csv""#,
      mended: #"policy p from csv "rules.csv""#),
    CodeEntry(
      "E0520", "A test of a policy expects something else than what the policy says.",
      chinese: "策略测试的期望与策略的结果不一致。"),
  ]
}
