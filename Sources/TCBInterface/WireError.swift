// What can be wrong with a message of the interface, and the words for it.

import TCBText

/// Why bytes are not the message they should be.
public enum WireError: Error, Sendable, Equatable {
  /// Not JSON: at this byte something else was expected.
  case malformed(at: Int, expected: Expectation)
  /// JSON, but no object.
  case notAnObject
  /// A required field is absent or null; the name is a path such as `file_list[2].fileid`.
  case missing(field: String)
  case wrongType(field: String, expected: FieldType)

  /// What the grammar asked for at the place of an error.
  public enum Expectation: Sendable, Equatable {
    case value, key, colon, commaOrBrace, commaOrBracket, closingQuote, escape, surrogatePair, utf8, digit
    case noControlCharacter, noDeeperNesting, endOfText
  }

  /// What a field was to be.
  public enum FieldType: Sendable, Equatable {
    case text, wholeNumber, object, list
  }
}

extension WireError {
  /// The code the interface answers a request with that is wrong in this way.
  public var code: ErrorCode {
    switch self {
    case .malformed, .notAnObject: .dataFormat
    case .missing: .missingParameter
    case .wrongType: .invalidArguments
    }
  }

  /// One plain sentence.
  public var message: String { wording.english }

  /// ``message`` in every language.
  package var wording: Wording {
    switch self {
    case .malformed(let offset, let expected): "\(expected.words) at byte \(offset)"
    case .notAnObject: "the message is not an object"
    case .missing(let field): "`\(field)` is missing"
    case .wrongType(let field, let expected): "`\(field)` is not \(expected.words)"
    }
  }
}

extension WireError.Expectation {
  fileprivate var words: Wording {
    switch self {
    case .value: "expected a value"
    case .key: "expected a key in quotes"
    case .colon: "expected `:`"
    case .commaOrBrace: "expected `,` or `}`"
    case .commaOrBracket: "expected `,` or `]`"
    case .closingQuote: "expected the closing quote of a string"
    case .escape: "expected a valid escape"
    case .surrogatePair: "expected both halves of a surrogate pair"
    case .utf8: "expected UTF-8"
    case .digit: "expected a digit"
    case .noControlCharacter: "expected no bare control character in a string"
    case .noDeeperNesting: "expected no deeper nesting"
    case .endOfText: "expected the end"
    }
  }
}

extension WireError.FieldType {
  fileprivate var words: Wording {
    switch self {
    case .text: "a string"
    case .wholeNumber: "a whole number"
    case .object: "an object"
    case .list: "a list"
    }
  }
}
