// What a place in the winning order comes to.

struct Ranked: BitwiseCopyable {
  /// In seconds, within the policy's limit; 0 when denied.
  var maxAge: Int64
  var rule: Int32
  /// The rule has other patterns, and so other ranks.
  var hasSiblings: Bool
  /// The limit changed what the rule said.
  var isClamped: Bool
}

extension Ranked {
  init(_ leaf: PathTrie.Leaf) {
    self.init(maxAge: Int64(leaf.maxAge), rule: leaf.rule, hasSiblings: false, isClamped: false)
  }
}
