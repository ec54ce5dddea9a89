// The link engine: rows of files in, the same rows with their links out, in the same order, however calls go.
//
// Rows are decided as they come and gathered into calls by environment. A batch of rows leaves when all of its rows are
// answered and every batch before it has left, so order is kept and memory holds only a window of the set.

import TCBInterface
import TCBRows
import TCBRules

/// What a run of links counts, for whoever reports on it.
package struct LinkTally: Sendable {
  package var rows = 0
  /// Repeats and renewals included.
  package var calls = 0
  package var byStatus: [LinkStatus: Int] = [:]

  package init() {}
}

package final class LinkReader: RowReader {
  private let source: any RowReader
  private let decider: LinkDecider
  private let caller: BatchCaller
  private let concurrency: Int?
  private let words: RuleWords
  private let count: (LinkTally) -> Void

  private var gatherer: CallGatherer
  private var window = Window()
  private var ready: [GatheredCall] = []
  private var calls = 0
  private var sourceEnded = false
  private var isDone = false

  /// The bound on files remembered within a set.
  package static let rememberedFiles = 131_072
  /// Calls that are gathered before any is made, where the run says nothing of its own.
  private static let usualWidth = 8

  /// `count` is told of each batch that leaves: a run that is not read to its end is counted as far as it was read.
  /// `remembering` must be more than twice the rows that may wait, or a file may stand in one call with two lifetimes.
  package init(
    _ source: any RowReader, decider: LinkDecider, caller: BatchCaller, concurrency: Int? = nil,
    remembering: Int = LinkReader.rememberedFiles, count: @escaping (LinkTally) -> Void = { _ in }
  ) {
    self.source = source
    self.decider = decider
    self.caller = caller
    self.concurrency = concurrency.map { min(max($0, 1), LinkEnvironment.greatestConcurrency) }
    self.count = count
    words = RuleWords(decider.policy)
    gatherer = CallGatherer(decider.environments, remembering: remembering)
  }

  package func next() async throws(RowError) -> RowBatch? {
    guard !isDone else { return nil }
    do throws(LinkTrouble) {
      while true {
        if let batch = takeFinished() { return batch }
        if sourceEnded {
          guard !window.isEmpty else { break }
          ready += gatherer.rest()
          try await makeCalls()
        } else if let rows = try await nextRows() {
          try take(rows)
          let isEnough = ready.count >= concurrency ?? Self.usualWidth || window.rows >= CallGatherer.patience
          if isEnough { try await makeCalls() }
        } else {
          sourceEnded = true
        }
      }
    } catch {
      end()
      if case .source(let inner) = error { throw inner }
      throw RowError(.other(error), source: "links")
    }
    end()
    return nil
  }

  private func end() {
    isDone = true
    window = Window()
    ready = []
  }

  private func nextRows() async throws(LinkTrouble) -> RowBatch? {
    do throws(RowError) { return try await source.next() } catch { throw .source(error) }
  }

  /// The first batch of the window, once nothing in it is open.
  private func takeFinished() -> RowBatch? {
    guard let first = window.popFinished() else { return nil }
    var tally = LinkTally()
    for outcome in first.outcomes { tally.byStatus[outcome?.status ?? .failed, default: 0] += 1 }
    tally.rows = first.rows.count
    (tally.calls, calls) = (calls, 0)
    count(tally)
    return first.finished(words)
  }

  // MARK: Deciding

  private func take(_ rows: RowBatch) throws(LinkTrouble) {
    let pending = PendingRows(rows)
    window.append(pending)
    ready += gatherer.begin(rows: rows.count)
    guard var batch = LinkDecider.Batch(rows) else {
      let outcome = LinkOutcome(
        status: .failed, code: FileID.code, message: "the row does not say which file it is")
      for row in 0..<rows.count { pending.answer(row, with: outcome) }
      return
    }
    decider.conditions?.begin(rows)
    for row in 0..<rows.count {
      let decision = try decider.decision(&batch, row: row)
      pending.note(rule: decision.rule, of: row)
      switch decision.kind {
      case .denied(let reason):
        pending.answer(row, with: LinkOutcome(status: .denied, message: reason))
      case .failed(let code, let message):
        pending.answer(row, with: LinkOutcome(status: .failed, code: code, message: message))
      case .ask(let fileID, let maxAge, let environment):
        let (asked, _, full) = gatherer.ask(fileID, maxAge, in: environment)
        asked.answer(pending, row)
        if let full { ready.append(full) }
      }
    }
  }

  // MARK: Calling

  /// Makes the calls that are ready, as many at once as their environments allow, and gives the answers to their rows.
  /// The first trouble ends the others.
  private func makeCalls() async throws(LinkTrouble) {
    let all = ready
    ready = []
    if Task.isCancelled { throw .cancelled }
    // Of each environment, those that have not set out; the next one last.
    var rest: [Int: [Int]] = [:]
    for index in all.indices.reversed() { rest[all[index].environment, default: []].append(index) }
    let trouble = await withTaskGroup(of: FinishedCall.self) { group in
      for (environment, waiting) in rest {
        let width = min(waiting.count, concurrency ?? decider.environments.all[environment].concurrency)
        for index in waiting.suffix(width) { start(all[index], index, in: &group) }
        rest[environment]?.removeLast(width)
      }
      var trouble: LinkTrouble?
      for await finished in group {
        let index = finished.index
        switch finished.result {
        case .success(let parts):
          for part in parts { settle(all[index].files[part.files], part.outcome) }
          if trouble == nil, let next = rest[all[index].environment]?.popLast() {
            start(all[next], next, in: &group)
          }
        case .failure(let error):
          if trouble == nil { trouble = error }
          group.cancelAll()
        }
      }
      return trouble
    }
    if let trouble { throw trouble }
  }

  private func start(
    _ call: GatheredCall, _ index: Int, in group: inout TaskGroup<FinishedCall>
  ) {
    let environment = decider.environments.all[call.environment]
    let request = LinkRequest(
      environment: environment.id,
      files: call.files.map { RequestedFile(fileID: $0.fileID.text, maxAge: $0.maxAge) })
    let caller = caller
    group.addTask {
      do throws(LinkTrouble) {
        return FinishedCall(index, .success(try await caller.sendDividing(request, to: environment)))
      } catch {
        return FinishedCall(index, .failure(error))
      }
    }
  }

  /// Gives a call's outcome to the rows that wait for its files, matched by file id and never by position.
  private func settle(_ files: ArraySlice<Asked>, _ outcome: BatchOutcome) {
    calls += outcome.attempts
    switch outcome.result {
    case .failed(let code, let message):
      let failed = LinkOutcome(status: .failed, code: code, message: message, attempts: outcome.attempts)
      for asked in files { asked.settle(failed) }
    case .answered(let answer):
      var byID: [ExactText: AnsweredFile] = [:]
      byID.reserveCapacity(answer.files.count)
      for file in answer.files {
        // Of two rows for one file the one with a link is believed.
        let id = ExactText(file.fileID)
        if let known = byID[id], Self.hasLink(known) || !Self.hasLink(file) { continue }
        byID[id] = file
      }
      for asked in files { asked.settle(Self.outcome(byID[asked.fileID], asked.maxAge, outcome)) }
    }
  }

  private static func hasLink(_ file: AnsweredFile) -> Bool { file.status == 0 && !file.downloadURL.isEmpty }

  private static func outcome(_ file: AnsweredFile?, _ maxAge: Int64, _ batch: BatchOutcome) -> LinkOutcome {
    guard let file, file.status != 0 || !file.downloadURL.isEmpty else {
      let message =
        file == nil ? "the answer says nothing of this file" : "the answer has no link for this file"
      return LinkOutcome(
        status: .failed, code: "missing-in-answer", message: message, attempts: batch.attempts)
    }
    guard file.status == 0 else {
      let text = file.message.isEmpty ? ErrorCode(number: file.status)?.meaning : file.message
      return LinkOutcome(status: .failed, code: String(file.status), message: text, attempts: batch.attempts)
    }
    return LinkOutcome(
      status: .ok, url: file.downloadURL, maxAge: maxAge,
      expiresAt: end(of: file.downloadURL, maxAge, batch.askedAt),
      attempts: batch.attempts)
  }

  /// When a link ends, in milliseconds; a link without a query is a public file's and does not (documented). The answer
  /// counts from some moment after the call set out, in whole seconds.
  private static func end(of url: String, _ maxAge: Int64, _ askedAt: Int64) -> Int64? {
    guard url.utf8.contains(UInt8(ascii: "?")) else { return nil }
    let (seconds, overflow) = (askedAt / 1_000).addingReportingOverflow(maxAge)
    let (milliseconds, tooLarge) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflow || tooLarge ? nil : milliseconds
  }
}

/// What became of one of several calls. No tuple, since the optimizer of Swift 6.3.1 takes a tuple apart wrongly that
/// comes out of a group of tasks with a result of a typed error in it: indices came out as garbage.
private struct FinishedCall: Sendable {
  let index: Int
  let result: Result<[BatchCaller.Part], LinkTrouble>

  init(_ index: Int, _ result: Result<[BatchCaller.Part], LinkTrouble>) {
    self.index = index
    self.result = result
  }
}

/// The batches that have been read and have not left, in order.
private struct Window {
  private var batches: [PendingRows] = []
  private var first = 0
  private(set) var rows = 0

  var isEmpty: Bool { first == batches.count }

  mutating func append(_ batch: PendingRows) {
    batches.append(batch)
    rows += batch.rows.count
  }

  /// The first batch, once all of its rows are answered.
  mutating func popFinished() -> PendingRows? {
    guard first < batches.count, batches[first].unanswered == 0 else { return nil }
    let batch = batches[first]
    first += 1
    rows -= batch.rows.count
    // Moved up only when at least half of it has left, so that each batch is moved once on average.
    if first * 2 >= batches.count {
      batches.removeFirst(first)
      first = 0
    }
    return batch
  }
}
