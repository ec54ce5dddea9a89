// What can be wrong with a pattern, where, and how it is said.

import TCBText

/// Why a pattern was refused, and the bytes of its text that are to blame.
public struct PatternError: Error, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// The pattern, or one of its alternatives, holds nothing.
    case empty
    /// The text is longer than ``Pattern/longestText``.
    case tooLong(bytes: Int)
    case leadingSlash
    case doubleSlash
    /// A segment is `.` or `..`.
    case dotSegment
    /// CAN, EM, SUB or ESC, which the naming rules of the store forbid in a path (documented).
    case controlCharacter(UInt8)
    case unclosedClass
    case emptyClass
    case reversedRange
    case slashInClass
    /// `[^…]`: other tools negate a class so, and reading it as a plain `^` would surprise.
    case caretInClass
    case unclosedBrace
    case emptyBraces
    case trailingBackslash
  }

  public var reason: Reason
  /// UTF-8 offset in the pattern's text.
  public var offset: Int
  /// In UTF-8 bytes; 0 where something is missing rather than wrong.
  public var length: Int

  public init(reason: Reason, offset: Int, length: Int) {
    self.reason = reason
    self.offset = offset
    self.length = length
  }
}

extension PatternError {
  /// One plain sentence, lower case and without a full stop.
  public var message: String { wording.english }

  /// ``message`` in every language.
  package var wording: Wording {
    switch reason {
    case .empty: "a pattern cannot be empty"
    case .tooLong(let bytes):
      "a pattern has at most \(Pattern.longestText) bytes, this one has \(bytes)"
    case .leadingSlash: "a pattern does not begin with `/`"
    case .doubleSlash: "a pattern cannot hold `//`"
    case .dotSegment: "a segment of a pattern cannot be `.` or `..`"
    case .controlCharacter(let byte):
      "no path holds the control character \(Self.controlName(byte))"
    case .unclosedClass: "this `[` is never closed"
    case .emptyClass: "a class needs at least one character"
    case .reversedRange: "this range runs backwards"
    case .slashInClass: "a class never takes `/`"
    case .caretInClass: "a class is negated by `!`, not by `^`"
    case .unclosedBrace: "this `{` is never closed"
    case .emptyBraces: "these braces hold no alternative"
    case .trailingBackslash: "there is nothing after this `\\` to quote"
    }
  }

  /// What to do about it, where there is something to say.
  public var help: String? { helpWording?.english }

  /// ``help`` in every language.
  package var helpWording: Wording? {
    switch reason {
    case .empty: "`**` matches every path"
    case .tooLong: "split it into several patterns"
    case .leadingSlash: "paths start below the bucket: write `a/b`, not `/a/b`"
    case .doubleSlash: "no path holds an empty segment: write one `/`"
    case .dotSegment: "patterns match the path as it is stored, nothing is resolved"
    case .controlCharacter: nil
    case .unclosedClass: "close it with `]`, or write `\\[` for the bracket itself"
    case .emptyClass: "write `\\]` to put a `]` into a class"
    case .reversedRange: "put the smaller character first, or write `\\-` for the hyphen itself"
    case .slashInClass: "to go on in the next segment put `/` outside the class"
    case .caretInClass: "write `[!…]`, or `\\^` for the caret itself"
    case .unclosedBrace: "close it with `}`, or write `\\{` for the brace itself"
    case .emptyBraces: "write `\\{\\}` for the braces themselves"
    case .trailingBackslash: "write `\\\\` for the backslash itself"
    }
  }

  private static func controlName(_ byte: UInt8) -> String {
    switch byte {
    case 0x18: "CAN"
    case 0x19: "EM"
    case 0x1A: "SUB"
    default: "ESC"
    }
  }
}
