// A text that is compared by its bytes.

import Glibc

/// `String` takes composed and decomposed letters for the same; file ids, and the storage behind them, do not.
package struct ExactText: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (left: ExactText, right: ExactText) -> Bool {
    let (one, other) = (left.text.utf8Span.span.bytes, right.text.utf8Span.span.bytes)
    guard one.byteCount == other.byteCount else { return false }
    // Every file is compared a few times over, and comparing views of UTF-8 element by element took a fifth of a run.
    return one.withUnsafeBytes { one in
      other.withUnsafeBytes { other in
        guard let first = one.baseAddress, let second = other.baseAddress else { return true }
        return memcmp(first, second, one.count) == 0
      }
    }
  }

  package func hash(into hasher: inout Hasher) {
    text.utf8Span.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
