// The picture of a policy as SVG: the tree from left to right, each node as far below its elder sibling as that one's own
// tree needs, each parent beside the middle of its children.

import TCBExport
import TCBText

struct PolicySVG {
  private struct Box {
    var width = 0.0
    var height = 0.0
    var depth = 0
    /// Of the tree below it, itself included.
    var extent = 0.0
    var left = 0.0
    /// Of its middle.
    var middle = 0.0
  }

  private let tree: PolicyTree
  private let order: [Int]
  private var boxes: [Box]
  private var size = (width: 0.0, height: 0.0)

  // In pixels. In a face of fixed width a letter of 12 pixels is 7.25 wide, a Chinese character as wide as high.
  private static let letter = 7.25
  private static let character = 12.2
  private static let line = 18.0
  private static let padding = 9.0
  private static let gap = (across: 40.0, down: 9.0)
  private static let margin = 18.0
  private static let longest = 44

  init(_ tree: PolicyTree) {
    self.tree = tree
    order = tree.order
    boxes = Array(repeating: Box(), count: tree.nodes.count)
    measure()
    placeAcross()
    placeDown()
  }

  private mutating func measure() {
    for index in order {
      let node = tree.nodes[index]
      let lines = [shortened(node.name, to: Self.longest)] + node.rules.map(Self.words)
      boxes[index].width = (lines.map(Self.width).max() ?? 0) + 2 * Self.padding
      boxes[index].height = Double(lines.count) * Self.line + Self.padding
      for child in node.children { boxes[child].depth = boxes[index].depth + 1 }
    }
    for index in order.reversed() {
      let children = tree.nodes[index].children
      let below =
        children.reduce(0) { $0 + boxes[$1].extent } + Double(max(0, children.count - 1)) * Self.gap.down
      boxes[index].extent = max(boxes[index].height, below)
    }
  }

  private static func width(_ text: String) -> Double {
    VisibleText.of(text).reduce(0) { width, character in
      let columns = DisplayWidth.of(String(character))
      return width + (columns > 1 ? Self.character : Double(columns) * letter)
    }
  }

  private mutating func placeAcross() {
    var widths: [Double] = []
    for index in order {
      let depth = boxes[index].depth
      while widths.count <= depth { widths.append(0) }
      widths[depth] = max(widths[depth], boxes[index].width)
    }
    var left = Self.margin
    let lefts = widths.map { width in
      defer { left += width + Self.gap.across }
      return left
    }
    for index in order { boxes[index].left = lefts[boxes[index].depth] }
    size.width = left - Self.gap.across + Self.margin
  }

  private mutating func placeDown() {
    var tops = Array(repeating: 0.0, count: boxes.count)
    tops[0] = Self.margin
    for index in order {
      let children = tree.nodes[index].children
      let below =
        children.reduce(0) { $0 + boxes[$1].extent } + Double(max(0, children.count - 1)) * Self.gap.down
      boxes[index].middle = tops[index] + boxes[index].extent / 2
      var top = tops[index] + (boxes[index].extent - below) / 2
      for child in children {
        tops[child] = top
        top += boxes[child].extent + Self.gap.down
      }
    }
    size.height = boxes[0].extent + 2 * Self.margin
  }

  private static func words(_ rule: PolicyTree.Line) -> String {
    shortened(rule.effect + (rule.details.isEmpty ? "" : "  \(rule.details)"), to: longest)
  }

  // MARK: Writing

  var text: String {
    let (width, height) = (Self.number(size.width), Self.number(size.height))
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\""
        + " viewBox=\"0 0 \(width) \(height)\" font-size=\"12\""
        + " font-family=\"ui-monospace, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Noto Sans CJK SC', monospace\">",
      "<title>\(Self.escaped("policy \(tree.nodes[0].name)"))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      "<g fill=\"none\" stroke=\"#b6bfcc\" stroke-width=\"1.4\">",
    ]
    for index in order {
      for child in tree.nodes[index].children { lines.append(edge(boxes[index], boxes[child])) }
    }
    lines.append("</g>")
    for index in order { lines.append(contentsOf: node(index)) }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private func edge(_ parent: Box, _ child: Box) -> String {
    let from = (x: parent.left + parent.width, y: parent.middle)
    let bend = child.left - Self.gap.across / 2
    // Straight to the column's end, so that no curve crosses a wider sibling of the parent.
    let start = child.left - Self.gap.across
    return "<path d=\"M\(Self.number(from.x)) \(Self.number(from.y))H\(Self.number(start))"
      + "C\(Self.number(bend)) \(Self.number(from.y)) \(Self.number(bend)) \(Self.number(child.middle))"
      + " \(Self.number(child.left)) \(Self.number(child.middle))\"/>"
  }

  private func node(_ index: Int) -> [String] {
    let (node, box) = (tree.nodes[index], boxes[index])
    let top = box.middle - box.height / 2
    let (fill, stroke) = Self.colors(node)
    let rules = node.rules.map { "\n\($0.origin)  \($0.effect)  \($0.details)" }.joined()
    var lines = [
      "<g><title>\(Self.escaped(node.name, keepsLines: false))\(Self.escaped(rules, keepsLines: true))</title>",
      "<rect x=\"\(Self.number(box.left))\" y=\"\(Self.number(top))\" width=\"\(Self.number(box.width))\""
        + " height=\"\(Self.number(box.height))\" rx=\"6\" fill=\"\(fill)\" stroke=\"\(stroke)\"/>",
      line(shortened(node.name, to: Self.longest), 0, box, top, "fill=\"#1c2430\" font-weight=\"bold\""),
    ]
    for (number, rule) in node.rules.enumerated() {
      let color = rule.isDeny ? "#b3261e" : "#1a6b4f"
      lines.append(line(Self.words(rule), number + 1, box, top, "fill=\"\(color)\""))
    }
    return lines + ["</g>"]
  }

  private func line(_ text: String, _ number: Int, _ box: Box, _ top: Double, _ look: String) -> String {
    let x = Self.number(box.left + Self.padding)
    let y = Self.number(top + Self.padding / 2 + Double(number) * Self.line + 13)
    return "<text x=\"\(x)\" y=\"\(y)\" xml:space=\"preserve\" \(look)>\(Self.escaped(text))</text>"
  }

  private static func colors(_ node: PolicyTree.Node) -> (fill: String, stroke: String) {
    guard !node.rules.isEmpty else { return ("#f6f7f9", "#b6bfcc") }
    if node.rules.allSatisfy(\.isDeny) { return ("#fdf1f0", "#b3261e") }
    return node.rules.contains(where: \.isDeny) ? ("#fff8e6", "#a56a00") : ("#eef8f4", "#1a6b4f")
  }

  /// With one digit behind the point, without going through a locale.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  static func escaped(_ text: String, keepsLines: Bool = false) -> String {
    let shown =
      keepsLines
      ? text.split(separator: "\n", omittingEmptySubsequences: false).map { VisibleText.of(String($0)) }
        .joined(separator: "\n")
      : VisibleText.of(text)
    return shown.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
