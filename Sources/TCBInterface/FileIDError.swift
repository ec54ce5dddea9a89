// What can be wrong with a file id, and the words for it.

import TCBText

/// Why a text is no file id, and where in it.
public struct FileIDError: Error, Sendable, Equatable {
  /// What is wrong with the text.
  public enum Reason: Sendable, Equatable {
    case schemeMissing
    case schemeWrong
    case environmentEmpty
    case environmentCharacter(Unicode.Scalar)
    case bucketMissing
    case bucketEmpty
    case bucketCharacter(Unicode.Scalar)
    case pathEmpty
    case pathLeadingSlash
    case pathDoubleSlash
    case pathTooLong(encodedBytes: Int)
    case pathControl(UInt8)
    case pathDotSegment
    /// Only of a path given as bytes.
    case pathNotUTF8
  }

  /// What is wrong.
  public let reason: Reason
  /// UTF-8 offset of the offending part in the text that was read.
  public let offset: Int

  init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// One plain sentence, without the id itself.
  public var message: String { wording.english }

  /// ``message`` in every language.
  package var wording: Wording {
    switch reason {
    case .schemeMissing: "a file id begins with `cloud://`"
    case .schemeWrong: "a file id begins with `cloud://`, not with another scheme"
    case .environmentEmpty: "no environment stands after `cloud://`"
    case .environmentCharacter(let scalar):
      "\(FileIDError.named(scalar)) cannot stand in an environment id: letters, digits and hyphens can"
    case .bucketMissing: "no bucket follows the environment: `cloud://ENV.BUCKET/PATH`"
    case .bucketEmpty: "the bucket after `.` is empty"
    case .bucketCharacter(let scalar):
      "\(FileIDError.named(scalar)) cannot stand in a bucket's name: letters, digits and hyphens can"
    case .pathEmpty: "the path is empty"
    case .pathLeadingSlash: "the path begins with `/`"
    case .pathDoubleSlash: "the path has two slashes in a row"
    case .pathTooLong(let bytes):
      "the path takes \(bytes) bytes once encoded, more than \(FileID.maximumEncodedPathBytes)"
    case .pathControl(let byte): "the path holds the control character \(FileIDError.controlName(byte))"
    case .pathDotSegment: "the path has a segment `.` or `..`"
    case .pathNotUTF8: "the path is not UTF-8"
    }
  }

  private static func named(_ scalar: Unicode.Scalar) -> Wording {
    scalar.value < 0x20 || scalar.value == 0x7F
      ? "the control character \(controlName(UInt8(truncatingIfNeeded: scalar.value)))"
      : "`\(Character(scalar))`"
  }

  private static let controlNames = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
  ]

  private static func controlName(_ byte: UInt8) -> String {
    Int(byte) < controlNames.count ? controlNames[Int(byte)] : "DEL"
  }
}
