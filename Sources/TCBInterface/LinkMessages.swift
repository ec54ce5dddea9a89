// The call as values: what is asked and what is answered.

/// A request for download links of files in one environment.
public struct LinkRequest: Sendable, Equatable {
  /// The environment's id.
  public var environment: String
  /// At most 50 in one call (documented); the bound is the API's to enforce, not this type's.
  public var files: [RequestedFile]

  /// A call for files of one environment.
  public init(environment: String, files: [RequestedFile]) {
    self.environment = environment
    self.files = files
  }
}

/// One file of a request.
public struct RequestedFile: Sendable, Equatable {
  /// The id as the caller wrote it, well formed or not.
  public var fileID: String
  /// Seconds the link shall be good for.
  public var maxAge: Int64

  /// A file, and how long its link is to live, in seconds.
  public init(fileID: String, maxAge: Int64) {
    self.fileID = fileID
    self.maxAge = maxAge
  }
}

/// The answer to a request: the outcome of the call, and of each file where the call itself went well.
public struct LinkAnswer: Sendable, Equatable {
  /// 0 where the call went well; ``ErrorCode`` has the known others.
  public var errorCode: Int
  /// `ok`, or why the whole call was refused.
  public var message: String
  /// In no documented order: match by file id, never by position.
  public var files: [AnsweredFile]

  /// An answer of these parts.
  public init(errorCode: Int, message: String, files: [AnsweredFile] = []) {
    self.errorCode = errorCode
    self.message = message
    self.files = files
  }

  /// A refusal of the whole call, in the code's own words or in those given.
  public init(_ code: ErrorCode, message: String? = nil) {
    self.init(errorCode: code.number, message: message ?? code.text)
  }
}

/// One file of an answer.
public struct AnsweredFile: Sendable, Equatable {
  /// As it was asked for. Empty where the row named no file, which matches nothing.
  public var fileID: String
  /// Empty where there is no link.
  public var downloadURL: String
  /// 0 for a link; anything else is a failure of this file.
  public var status: Int
  /// `ok`, or why there is no link.
  public var message: String

  /// The outcome for one file.
  public init(fileID: String, downloadURL: String, status: Int, message: String) {
    self.fileID = fileID
    self.downloadURL = downloadURL
    self.status = status
    self.message = message
  }
}

extension LinkAnswer {
  /// The cloud's own code inside the message, `INVALID_ENV` of `TcbCode: [INVALID_ENV]` (observed).
  public var tcbCode: String? {
    text(after: "TcbCode: [") { $0 != UInt8(ascii: "]") }
  }

  /// The request's id inside the message, after `rid: ` (observed); what support asks for.
  public var requestID: String? {
    text(after: "rid: ") {
      $0.isASCIILetter || $0.isASCIIDigit || $0 == Byte.minus || $0 == UInt8(ascii: "_")
    }
  }

  /// Whether sending the same call again later may succeed. An unknown code is not taken to be transient, and
  /// -501000 is not where a `TcbCode` beginning with `INVALID` names what is wrong (ours).
  public var isTransient: Bool {
    guard let code = ErrorCode(number: errorCode), code.isTransient else { return false }
    return code != .unknownError || tcbCode?.hasPrefix("INVALID") != true
  }

  /// Whether another token is what the call needs.
  public var meansTokenIsBad: Bool {
    ErrorCode(number: errorCode)?.meansTokenIsBad ?? false
  }

  private func text(after marker: StaticString, while belongs: (UInt8) -> Bool) -> String? {
    let bytes = message.utf8Span.span
    for index in bytes.indices where bytes.holds(marker, at: index) {
      let start = index + marker.utf8CodeUnitCount
      var end = start
      while end < bytes.count, belongs(bytes[end]) { end += 1 }
      guard start < end else { return nil }
      return bytes.extracting(start..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
    return nil
  }
}
