// A call that fails as a whole because of one of its files, divided until that file stands alone.

import TCBInterface

extension BatchCaller {
  /// What became of a part of a batch.
  package struct Part: Sendable {
    package var files: Range<Int>
    package var outcome: BatchOutcome
  }

  /// Calls that may be spent on one batch beyond its first: two bad files of fifty are found by that many.
  static let mostDivisions = 24

  /// As ``send(_:to:)``; a batch that is refused for what may be the fault of one file is sent again in halves. The parts cover
  /// all of its files, each once.
  package func sendDividing(
    _ request: LinkRequest, to environment: LinkEnvironment
  ) async throws(LinkTrouble) -> [Part] {
    var done: [Part] = []
    var waiting = [request.files.indices]
    var divisions = 0
    var spent = 0
    while let files = waiting.popLast() {
      let part = LinkRequest(environment: request.environment, files: Array(request.files[files]))
      var outcome = try await send(part, to: environment)
      guard outcome.result.mayBeOneFile, files.count > 1, divisions + 2 <= Self.mostDivisions else {
        outcome.attempts += spent
        spent = 0
        done.append(Part(files: files, outcome: outcome))
        continue
      }
      divisions += 2
      spent += outcome.attempts
      let middle = files.lowerBound + files.count / 2
      // What the refused call took is counted with the first half that has an outcome of its own.
      waiting.append(middle..<files.upperBound)
      waiting.append(files.lowerBound..<middle)
    }
    return done
  }
}

extension BatchOutcome.Result {
  /// Whether the refusal speaks of a file or an argument (ours: the interface does not say which of the files it means).
  fileprivate var mayBeOneFile: Bool {
    guard case .failed(let code, _) = self, let number = Int(code) else { return false }
    let codes: [ErrorCode] = [
      .badParameter, .badObject, .invalidArguments, .storageNotPermitted, .storageFileMissing,
    ]
    return codes.contains { $0.number == number }
  }
}
