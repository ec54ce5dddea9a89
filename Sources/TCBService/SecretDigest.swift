// A secret as it is kept: enough to know it again, too little to tell it to anybody.

import Crypto
import TCBInterface

/// The SHA-256 of a secret. Tokens and the secrets that platforms give out are random and long, so that neither salt nor slowness
/// adds anything; a short one that somebody made up can be guessed from this.
package struct SecretDigest: Sendable, Hashable {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  package init(of secret: Secret) { self.init(of: secret.reveal()) }

  init(of text: String) {
    var text = text
    let digest = text.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
    (first, second, third, fourth) = digest.withUnsafeBytes { bytes in
      func word(_ index: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
      }
      return (word(0), word(1), word(2), word(3))
    }
  }

  /// Nil for what is not 64 lower-case hexadecimal digits.
  package init?(hexadecimal text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var words: [UInt64] = []
    for start in stride(from: 0, to: 64, by: 16) {
      var word: UInt64 = 0
      for digit in digits[start..<start + 16] {
        switch digit {
        case 0x30...0x39: word = word << 4 | UInt64(digit - 0x30)
        case 0x61...0x66: word = word << 4 | UInt64(digit - 0x57)
        default: return nil
        }
      }
      words.append(word)
    }
    (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
  }

  package var hexadecimal: String {
    var bytes: [UInt8] = []
    for word in [first, second, third, fourth] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(hexadecimal: UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The texts of tokens: made of a key and a number, so that a token that is to be told again need not be kept.
struct TokenTexts: Sendable {
  static let keyLength = 32

  private let key: SymmetricKey

  /// `key` has `keyLength` unpredictable bytes.
  init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

  func refreshToken(_ serial: UInt64) -> Secret { Secret(text("refresh", serial)) }

  /// 128 characters that stand unencoded in a query; a token may have up to 512 (documented).
  func text(_ purpose: StaticString, _ serial: UInt64) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    for part in 0..<2 {
      let code = HMAC<SHA512>.authenticationCode(for: Array("\(purpose) \(serial) \(part)".utf8), using: key)
      text += code.map { alphabet[Int($0 & 63)] }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
