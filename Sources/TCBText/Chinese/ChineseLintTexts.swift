// What lint finds in policies.

extension ChineseTexts {
  static let lint: [String: String] = [
    "this rule": "这条规则",
    "this pattern": "这个模式",
    "this default": "这个默认值",
    "this limit": "这个限制",
    "`{0}` is such a path": "例如路径 `{0}`",
    "both match `{0}`": "两者都匹配 `{0}`",
    "this goes before it": "它先于前者",
    "the other one": "另一条",
    "the limit": "限制",
    "here": "在此",
    "this one says something else": "这一条的结果不同",
    "this is among them": "其中之一",
    "{0} never decides: others go before it on every path that it matches": "{0}从不起作用：凡是它匹配的路径，都由其他规则先行决定",
    "{0} matches no path that a file can have": "{0}不匹配任何合法的文件路径",
    "this rule says what another one says already": "这条规则重复了另一条规则",
    "this rule decides over an equally specific one only because it comes later":
      "这条规则与另一条同样具体，只因写在后面才生效",
    "`max_age` {0} is outside the policy's limit and becomes {1} for every file":
      "`max_age` {0} 超出策略的限制，对所有文件都变为 {1}",
    "a denial without a reason": "拒绝时没有写明理由",
    "say why: `deny \"…\"`": "请写明理由：`deny \"…\"`",
    "{0} is without effect: the policy that is extended goes before it": "{0}没有效果：被扩展的策略先于它",
    "{0} is without effect: the policy that is extended says the same": "{0}没有效果：被扩展的策略已有同样的内容",
    "{0} is without effect: a later one replaces it": "{0}没有效果：后面的一条取代了它",
    "the default never decides: the rules decide every path": "默认值从不起作用：规则已决定所有路径",
    "whether this ever decides was not found out: it would take too long": "未能判定它是否会起作用：需要的时间过长",
    "this condition is true for every file": "这个条件对所有文件都成立",
    "this condition is false for every file, so that the rule never decides": "这个条件对所有文件都不成立，规则从不起作用",
    "it asks nothing about `it` or `env`": "它没有用到 `it` 或 `env`",
    "what this rule goes before is not known until it runs": "运行之前无法知道这条规则先于哪些规则",
    "what policy `{0}` decides is not known until it runs": "运行之前无法知道策略 `{0}` 的结果",
    "its `extends`, `from`, `limit` and `priority` must be known from the text":
      "它的 `extends`、`from`、`limit` 和 `priority` 必须从文本中就能知道",
    "a number could be checked": "写成数字就可以检查",
    "what this policy extends is not known until it runs": "运行之前无法知道这个策略扩展了什么",
    "its own rules were checked by themselves": "只单独检查了它自己的规则",
    "links of `{0}` do not expire, so that the lifetimes of `{1}` mean nothing there":
      "`{0}` 的链接不会过期，`{1}` 的有效期在那里没有意义",
    "it is `read public`": "它是 `read public`",
    "nothing on the next line is told as `{0}`": "下一行没有 `{0}`",
    "this can go": "可以删去",
    "a comment for lint says which code it allows, and why": "写给检查的注释要写明允许的代码和理由",
    "write `# tcb: allow E0530 reason`": "请写成 `# tcb: allow E0530 reason`",
  ]
}
