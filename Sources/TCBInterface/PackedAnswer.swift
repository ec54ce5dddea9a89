// An answer as it lies in the bytes it came in, for callers that read thousands of them: a file's texts are ranges.

/// What a request is answered with. What it means is what the ``LinkAnswer`` of the same bytes means.
package struct PackedAnswer: Sendable {
  /// The outcome of one file.
  package struct File: Sendable {
    package var id = TextRange()
    package var url = TextRange()
    package var message = TextRange()
    package var status = 0

    package init() {}

    init(id: TextRange, url: TextRange, message: TextRange, status: Int) {
      (self.id, self.url, self.message, self.status) = (id, url, message, status)
    }
  }

  /// 0 where the call went well.
  package let errorCode: Int
  package let message: String
  package let files: [File]
  /// The answer's own bytes, and behind them what had escapes in it, without them.
  // INVARIANT: every range of `files` lies in it and is UTF-8.
  private let text: [UInt8]

  /// Every range of `files` lies in `text` and is UTF-8.
  package init(errorCode: Int, message: String, files: [File], text: [UInt8]) {
    (self.errorCode, self.message, self.files, self.text) = (errorCode, message, files, text)
  }

  package init(_ answer: LinkAnswer) {
    var text: [UInt8] = []
    func kept(_ string: String) -> TextRange {
      let start = text.count
      text.append(contentsOf: string.utf8)
      return TextRange(start..<text.count)
    }
    files = answer.files.map {
      File(id: kept($0.fileID), url: kept($0.downloadURL), message: kept($0.message), status: $0.status)
    }
    (errorCode, message, self.text) = (answer.errorCode, answer.message, text)
  }

  /// Reads an answer as leniently as ``LinkAnswer/init(decoding:)-(Array<UInt8>)`` does.
  package init(decoding bytes: [UInt8]) throws(WireError) {
    var extra: [UInt8] = []
    let parts = try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
      var reader = LinkAnswerReader(scanner: JSONScanner(buffer))
      let parts = try reader.answer()
      extra = reader.unescaped
      return parts
    }
    self.init(
      errorCode: parts.code, message: parts.message, files: parts.files,
      text: extra.isEmpty ? bytes : bytes + extra)
  }

  package func string(_ range: TextRange) -> String { String(decoding: text[range.indices], as: UTF8.self) }

  /// The bytes of a text of the answer; they must not outlive the call.
  package func withBytes<Result>(_ range: TextRange, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range.indices])) }
  }

  package var answer: LinkAnswer {
    LinkAnswer(
      errorCode: errorCode, message: message,
      files: files.map { file in
        AnsweredFile(
          fileID: string(file.id), downloadURL: string(file.url), status: file.status,
          message: string(file.message))
      })
  }
}

/// Where a text lies in a buffer that is never larger than an answer may be.
package struct TextRange: Sendable, Equatable {
  private var start: Int32 = 0
  private var end: Int32 = 0

  package init() {}

  package init(_ indices: Range<Int>) {
    start = Int32(clamping: indices.lowerBound)
    end = Int32(clamping: indices.upperBound)
  }

  package var indices: Range<Int> { Int(start)..<Int(end) }
  package var isEmpty: Bool { start == end }
}
