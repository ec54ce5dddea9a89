// Percent-encoding of paths, once and only once.

/// Why a percent-encoded path cannot be read.
public enum PercentEncodingError: Error, Sendable, Equatable {
  /// A `%` without two hexadecimal digits after it, at this UTF-8 offset.
  case badEscape(at: Int)
  /// The decoded bytes are not UTF-8.
  case notUTF8

  /// One plain sentence.
  public var message: String {
    switch self {
    case .badEscape(let offset): "the `%` at byte \(offset) is not followed by two hexadecimal digits"
    case .notUTF8: "the decoded path is not UTF-8"
    }
  }
}

/// The encoding of a path in a link: every byte but the unreserved ones of RFC 3986 and `/` is `%XX`, in
/// upper case. A `%` in a path is an ordinary character and becomes `%25`; nothing is ever taken for encoded
/// already.
public enum PercentEncoding {
  /// The path as it stands in a link.
  public static func encode(path: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(path.utf8.count)
    append(path: path.utf8Span.span, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the encoded form; the hot path of link making.
  public static func append(path: Span<UInt8>, to bytes: inout [UInt8]) {
    if standsUnencoded(path) { return bytes.append(path) }
    var clean = 0
    var index = 0
    while index < path.count {
      let byte = path[index]
      if !byte.standsUnencodedInPath {
        if clean < index { bytes.append(path.extracting(clean..<index)) }
        bytes.append(Byte.percent)
        bytes.append(upperDigit(byte >> 4))
        bytes.append(upperDigit(byte & 15))
        clean = index &+ 1
      }
      index &+= 1
    }
    if clean < index { bytes.append(path.extracting(clean..<index)) }
  }

  /// Most paths are. Without a branch, so that many bytes are looked at together: letters; `-`, `.`, `/` and the digits, which follow
  /// one another; `_` and `~`.
  private static func standsUnencoded(_ path: Span<UInt8>) -> Bool {
    path.withUnsafeBufferPointer { path in
      var others: UInt8 = 0
      for byte in path {
        var plain: UInt8 = (byte | 0x20) &- 0x61 < 26 ? 1 : 0
        plain |= byte &- 0x2D < 13 ? 1 : 0
        plain |= byte == 0x5F ? 1 : 0
        plain |= byte == 0x7E ? 1 : 0
        others |= plain ^ 1
      }
      return others == 0
    }
  }

  /// Undoes ``encode(path:)``. Characters that need not have been encoded are taken as they stand, `+` too.
  public static func decode(path: String) throws(PercentEncodingError) -> String {
    let bytes = try decode(bytes: path.utf8Span.span)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  private static func decode(bytes: Span<UInt8>) throws(PercentEncodingError) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index &+= 1
      guard byte == Byte.percent else {
        decoded.append(byte)
        continue
      }
      guard index &+ 1 < bytes.count, let high = bytes[index].hexadecimalValue,
        let low = bytes[index &+ 1].hexadecimalValue
      else { throw .badEscape(at: index &- 1) }
      decoded.append(high << 4 | low)
      index &+= 2
    }
    return decoded
  }

  @inline(__always)
  private static func upperDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? Byte.zero &+ value : 0x37 &+ value
  }
}
