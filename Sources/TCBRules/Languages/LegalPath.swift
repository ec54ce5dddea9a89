// Which texts are paths at all, as an automaton of five states. The rules are those of file ids: this module stands
// beside theirs, not above, so they are written down here once more, and a test holds the two together.

/// How far a path has come, as far as its being legal depends on that.
enum PathShape: UInt8, Sendable {
  case start, segmentStart, dot, twoDots, ordinary

  /// Nil where no legal path goes on so: a leading `/`, a `//`, a segment `.` or `..`.
  func taking(_ scalar: UInt32) -> PathShape? {
    switch (scalar, self) {
    case (Scalars.slash, .ordinary): .segmentStart
    case (Scalars.slash, _): nil
    case (Scalars.dot, .start), (Scalars.dot, .segmentStart): .dot
    case (Scalars.dot, .dot): .twoDots
    default: .ordinary
    }
  }

  var mayEnd: Bool { self == .segmentStart || self == .ordinary }
}

package enum LegalPath {
  /// Bytes of a path once percent-encoded (documented).
  package static let longest = 850

  /// Whether a file can have this path.
  package static func holds(_ path: String) -> Bool {
    var shape = PathShape.start
    var length = 0
    for scalar in path.unicodeScalars {
      guard mayHold(scalar.value), let next = shape.taking(scalar.value) else { return false }
      shape = next
      length += Self.length(of: scalar.value)
    }
    return shape.mayEnd && length <= longest
  }

  /// No control character: CAN, EM, SUB and ESC are documented, the others of C0 and DEL our own choice.
  static func mayHold(_ scalar: UInt32) -> Bool {
    scalar >= 0x20 && scalar != 0x7F && !(0xD800...0xDFFF).contains(scalar) && scalar <= 0x10_FFFF
  }

  /// What a scalar adds to the length of a path.
  static func length(of scalar: UInt32) -> Int {
    switch scalar {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: 1
    case ..<0x80: 3
    case ..<0x800: 6
    case ..<0x1_0000: 9
    default: 12
    }
  }
}
