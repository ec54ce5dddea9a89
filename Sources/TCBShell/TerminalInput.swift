// What comes from the terminal: bytes into scalars, and pasted text into text worth editing.

/// Puts UTF-8 together byte by byte; what is not UTF-8 is passed over.
package struct ScalarDecoder: Sendable {
  private var pending: [UInt8] = []

  package init() {}

  /// The scalar that this byte completes.
  package mutating func next(_ byte: UInt8) -> Unicode.Scalar? {
    if byte < 0x80 {
      pending.removeAll(keepingCapacity: true)
      return Unicode.Scalar(byte)
    }
    // A lead byte begins anew, whatever was open.
    if byte >= 0xC0 { pending.removeAll(keepingCapacity: true) }
    pending.append(byte)
    guard let lead = pending.first, lead >= 0xC2, lead <= 0xF4 else {
      pending.removeAll(keepingCapacity: true)
      return nil
    }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard pending.count == length else { return nil }
    defer { pending.removeAll(keepingCapacity: true) }
    return String(validating: pending, as: UTF8.self)?.unicodeScalars.first
  }
}

/// A bracketed paste, from after its opening sequence on.
package struct PastedText: Sendable {
  /// What is pasted beyond this many scalars is left out.
  package static let maximumScalars = 256 * 1_024

  private static let end = Array("\u{1B}[201~".unicodeScalars)
  private var scalars: [Unicode.Scalar] = []
  private var tail: [Unicode.Scalar] = []

  package init() {}

  /// True when the closing sequence is complete.
  package mutating func isEnded(by scalar: Unicode.Scalar) -> Bool {
    tail.append(scalar)
    if tail.count > Self.end.count { keep(tail.removeFirst()) }
    return tail == Self.end
  }

  /// Line ends are newlines, and the one at the very end is left to the person, who presses
  /// Return. Control characters other than tabs are dropped: they would be keys.
  package var text: String {
    var view = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in scalars {
      defer { previous = scalar }
      if scalar == "\n", previous == "\r" { continue }
      if scalar == "\r" || scalar == "\n" {
        view.append("\n")
      } else if scalar == "\t" || scalar.properties.generalCategory != .control {
        view.append(scalar)
      }
    }
    if view.last == "\n" { view.removeLast() }
    return String(view)
  }

  private mutating func keep(_ scalar: Unicode.Scalar) {
    if scalars.count < Self.maximumScalars { scalars.append(scalar) }
  }
}
