// The key that signs links, and what may be one.

import TCBText

/// Why a text is no signing key. None of the cases carries any of the key.
public enum SigningKeyError: Error, Sendable, Equatable {
  case tooShort(length: Int)
  case tooLong(length: Int)
  /// Another character than an ASCII letter or digit, at this UTF-8 offset.
  case character(at: Int)
  /// The source of random bytes gave out none that could be used.
  case sourceFailed

  /// One plain sentence.
  public var message: String { wording.english }

  /// ``message`` in every language.
  package var wording: Wording {
    switch self {
    case .tooShort(let length): "a signing key has 6 to 40 characters, this one has \(length)"
    case .tooLong(let length): "a signing key has 6 to 40 characters, this one has \(length)"
    case .character(let offset):
      "a signing key holds only letters and digits; another character stands at byte \(offset)"
    case .sourceFailed: "the source of random bytes gave nothing usable"
    }
  }
}

/// A key of 6 to 40 ASCII letters and digits (documented). It never shows in a printed form.
public struct SigningKey: Sendable, Equatable {
  /// How long a key made by ``random(bytes:)`` is.
  public static let randomLength = 32

  let bytes: [UInt8]

  /// The key that is written like this. Throws where it is none.
  public init(_ text: String) throws(SigningKeyError) {
    try self.init(bytes: Array(text.utf8))
  }

  /// The key of these ASCII bytes. Throws where they are none.
  public init(bytes: [UInt8]) throws(SigningKeyError) {
    if bytes.count < 6 { throw .tooShort(length: bytes.count) }
    if bytes.count > 40 { throw .tooLong(length: bytes.count) }
    for (offset, byte) in bytes.enumerated() where !byte.isASCIILetter && !byte.isASCIIDigit {
      throw .character(at: offset)
    }
    self.bytes = bytes
  }

  /// A key of 32 letters and digits, each equally likely, out of `source`, which is asked for a number of
  /// random bytes. Throws `sourceFailed` when it goes on giving none that can be used.
  public static func random(bytes source: (Int) -> [UInt8]) throws(SigningKeyError) -> SigningKey {
    var key: [UInt8] = []
    for _ in 0..<64 {
      // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
      for byte in source(randomLength * 2) where byte < 248 && key.count < randomLength {
        key.append(SigningKey.alphabet(byte % 62))
      }
      if key.count == randomLength { return try SigningKey(bytes: key) }
    }
    throw .sourceFailed
  }

  /// The key itself, for the one place that keeps it.
  public func reveal() -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  public static func == (left: SigningKey, right: SigningKey) -> Bool {
    equalInConstantTime(left.bytes.span, right.bytes.span)
  }

  private static func alphabet(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<10: UInt8(ascii: "0") &+ value
    case 10..<36: UInt8(ascii: "A") &+ (value &- 10)
    default: UInt8(ascii: "a") &+ (value &- 36)
    }
  }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { Secret.placeholder }
  public var debugDescription: String { Secret.placeholder }
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
