// What became of the files of one call, by their place in it.

import Glibc
import TCBInterface

package struct FileOutcome: Sendable {
  /// Of a link; empty while there is none.
  var url = TextRange()
  /// Milliseconds since 1970 at which the link ends; nil for one that does not.
  var expiresAt: Int64?
  /// An index into the call's failures; negative where there is none.
  var failure: Int32 = -1
  /// Calls the file took part in.
  var attempts: Int32 = 0
}

package struct CallOutcome: Sendable {
  package struct Failure: Sendable, Equatable {
    package var code: String
    package var message: String?
  }

  package private(set) var files: [FileOutcome]
  private(set) var failures: [Failure] = []
  /// Calls made, renewals and repeats included.
  package private(set) var calls = 0
  /// The links, one behind the other.
  private var urls: [UInt8] = []

  init(files count: Int) {
    files = Array(repeating: FileOutcome(), count: count)
  }

  mutating func note(calls count: Int, for places: [Int]) {
    calls += count
    for place in places { files[place].attempts += Int32(truncatingIfNeeded: count) }
  }

  mutating func fail(_ places: [Int], _ failure: Failure) {
    failures.append(failure)
    for place in places { files[place].failure = Int32(failures.count - 1) }
  }

  func failure(of file: FileOutcome) -> Failure? {
    failures.indices.contains(Int(file.failure)) ? failures[Int(file.failure)] : nil
  }

  func withURLs(_ body: (UnsafeRawBufferPointer) -> Void) { urls.withUnsafeBytes(body) }
}

// MARK: Answers

extension CallOutcome {
  /// Gives an answer's rows to the files that were asked for, by their ids and never by their place in the answer. `places` are
  /// those files' places in the call; the places of files that may be answered if they are asked for again come back.
  mutating func take(
    _ answer: PackedAnswer, to request: PackedRequest, _ places: [Int], askedAt: Int64
  ) -> [Int] {
    var again: [Int] = []
    let rows = rows(of: request, in: answer)
    for index in 0..<request.count {
      let place = places[index]
      guard let row = rows.row(of: index) else {
        fail([place], .missing("the answer says nothing of this file"))
        again.append(place)
        continue
      }
      let file = answer.files[row]
      if file.status != 0 {
        let known = ErrorCode(number: file.status)
        let text = file.message.isEmpty ? known?.meaning : answer.string(file.message)
        fail([place], Failure(code: String(file.status), message: text))
        if known?.isTransient == true { again.append(place) }
      } else if file.url.isEmpty {
        fail([place], .missing("the answer has no link for this file"))
        again.append(place)
      } else {
        keep(answer, file.url, at: place, maxAge: request.maxAges[index], askedAt: askedAt)
      }
    }
    return again
  }

  private mutating func keep(
    _ answer: PackedAnswer, _ url: TextRange, at place: Int, maxAge: Int64, askedAt: Int64
  ) {
    let start = urls.count
    if urls.isEmpty { urls.reserveCapacity(files.count * (url.indices.count + 16)) }
    let ends = answer.withBytes(url) { bytes in
      urls.append(contentsOf: bytes)
      // A link without a query is a public file's and does not end (documented).
      return bytes.baseAddress.map { memchr($0, Int32(UInt8(ascii: "?")), bytes.count) != nil } ?? false
    }
    files[place].url = TextRange(start..<urls.count)
    files[place].expiresAt = ends ? Self.end(maxAge, askedAt) : nil
    files[place].failure = -1
  }

  /// The answer counts from some moment after the call set out, in whole seconds.
  private static func end(_ maxAge: Int64, _ askedAt: Int64) -> Int64? {
    let (seconds, overflow) = (askedAt / 1_000).addingReportingOverflow(maxAge)
    let (milliseconds, tooLarge) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflow || tooLarge ? nil : milliseconds
  }

  /// For each file of a request its row in the answer.
  private enum AnswerRows {
    case inOrder
    case byFile([Int?])

    func row(of file: Int) -> Int? {
      switch self {
      case .inOrder: file
      case .byFile(let rows): rows[file]
      }
    }
  }

  private func rows(of request: PackedRequest, in answer: PackedAnswer) -> AnswerRows {
    // Nearly every answer has the rows in the order of the request. As many as were asked for, each the one asked for there,
    // leaves none over that could be doubled.
    if answer.files.count == request.count,
      (0..<request.count).allSatisfy({ Self.isSame(request, $0, answer, answer.files[$0].id) })
    {
      return .inOrder
    }
    var byID: [ExactText: Int] = [:]
    for (row, file) in answer.files.enumerated() {
      // Of two rows for one file the one with a link is believed.
      let id = ExactText(answer.string(file.id))
      if let known = byID[id], answer.files[known].hasLink || !file.hasLink { continue }
      byID[id] = row
    }
    return .byFile(
      (0..<request.count).map { index in
        byID[ExactText(request.withID(index) { String(decoding: $0, as: UTF8.self) })]
      })
  }

  private static func isSame(
    _ request: PackedRequest, _ index: Int, _ answer: PackedAnswer, _ id: TextRange
  ) -> Bool {
    request.withID(index) { asked in
      answer.withBytes(id) { answered in
        guard asked.count == answered.count else { return false }
        guard let one = asked.baseAddress, let other = answered.baseAddress else { return true }
        return memcmp(one, other, asked.count) == 0
      }
    }
  }
}

extension CallOutcome.Failure {
  fileprivate static func missing(_ message: String) -> Self {
    Self(code: "missing-in-answer", message: message)
  }
}

extension PackedAnswer.File {
  fileprivate var hasLink: Bool { status == 0 && !url.isEmpty }
}
