// A text that must not reach output, logs or errors by accident.

/// A text whose every printed form is `‹secret›`; only ``reveal()`` gives it back.
///
/// Comparison takes the same time wherever the texts differ; only their lengths show.
public struct Secret: Sendable, Equatable {
  /// What stands in place of a secret wherever one is printed.
  public static let placeholder = "‹secret›"

  private let text: String

  /// Keeps `text` from being shown.
  public init(_ text: String) {
    self.text = text
  }

  /// The text itself, for the one place that sends or compares it.
  public func reveal() -> String {
    text
  }

  /// Whether it is the empty text.
  public var isEmpty: Bool { text.isEmpty }

  public static func == (left: Secret, right: Secret) -> Bool {
    equalInConstantTime(left.text.utf8Span.span, right.text.utf8Span.span)
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { Secret.placeholder }
  public var debugDescription: String { Secret.placeholder }
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// Whether two byte sequences are equal, touching every byte of both when their lengths agree.
package func equalInConstantTime(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices {
    difference |= left[index] ^ right[index]
  }
  return difference == 0
}
