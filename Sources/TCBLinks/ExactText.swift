// A text that is compared by its bytes.

/// `String` takes composed and decomposed letters for the same; file ids, and the storage behind them, do not.
package struct ExactText: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (left: ExactText, right: ExactText) -> Bool {
    let (one, other) = (left.text.utf8, right.text.utf8)
    return one.count == other.count && one.elementsEqual(other)
  }

  package func hash(into hasher: inout Hasher) {
    text.utf8Span.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
