// The picture of a policy in the language of Graphviz.

import TCBExport

enum PolicyDOT {
  static func text(_ tree: PolicyTree) -> String {
    var lines = [
      "digraph \(quoted(tree.nodes[0].name)) {",
      "  rankdir=LR;",
      "  node [shape=box, style=rounded, fontname=\"monospace\", fontsize=11];",
      "  edge [arrowhead=none, color=\"#8a94a6\"];",
    ]
    for node in tree.order {
      lines.append("  n\(node) [label=\(label(tree.nodes[node]))\(color(tree.nodes[node]))];")
    }
    for node in tree.order {
      for child in tree.nodes[node].children { lines.append("  n\(node) -> n\(child);") }
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private static func label(_ node: PolicyTree.Node) -> String {
    let rules = node.rules.map { rule in
      shortened(rule.effect + (rule.details.isEmpty ? "" : "  \(rule.details)"), to: 60)
    }
    // `\l` ends a line that stands at the left.
    return "\"" + ([shortened(node.name, to: 60)] + rules).map { escaped($0) + "\\l" }.joined() + "\""
  }

  private static func color(_ node: PolicyTree.Node) -> String {
    guard let first = node.rules.first else { return ", color=\"#8a94a6\"" }
    return first.isDeny ? ", color=\"#b3261e\"" : ", color=\"#1a6b4f\""
  }

  private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// In a label a `\` begins an escape and a `&` a character's name.
  private static func escaped(_ text: String) -> String {
    VisibleText.of(text).replacing("&", with: "&amp;").replacing("\\", with: "\\\\")
      .replacing("\"", with: "\\\"")
  }
}
