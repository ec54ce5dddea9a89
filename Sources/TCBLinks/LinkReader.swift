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
  package var calls = 0
  package var byStatus: [LinkStatus: Int] = [:]

  package init() {}
}

package final class LinkReader: RowReader {
  private let source: any RowReader
  private let decider: LinkDecider
  private let caller: BatchCaller
  private let concurrency: Int?
  private let finish: (LinkTally) -> Void

  private var window: [PendingRows] = []
  private var sourceEnded = false
  private var finished = false
  private var waiting: [String: [Asked]] = [:]
  private var ready: [(environment: LinkEnvironment, files: [Asked])] = []
  private var known: [Key: Asked] = [:]
  private var order: [Key] = []
  private var oldest = 0
  private var tally = LinkTally()

  /// A file and the lifetime asked for it: what makes two rows the same question.
  struct Key: Hashable {
    var fileID: String
    var maxAge: Int64
  }

  /// A question, its answer once there is one, and the rows that wait for it.
  final class Asked {
    let key: Key
    var places: [(rows: PendingRows, row: Int)] = []
    var outcome: LinkOutcome?

    init(_ key: Key) { self.key = key }
  }

  /// Files remembered so that one that stands twice in a set is asked for once. What is farther apart than this is asked
  /// again, which costs a call's share and changes no answer; without a bound a set of millions would not fit in memory.
  package static let rememberedFiles = 131_072
  /// Batches of rows that may wait for calls to fill up before the calls are made anyway.
  static let windowLength = 8

  package init(
    _ source: any RowReader, decider: LinkDecider, caller: BatchCaller, concurrency: Int? = nil,
    finish: @escaping (LinkTally) -> Void = { _ in }
  ) {
    self.source = source
    self.decider = decider
    self.caller = caller
    self.concurrency = concurrency
    self.finish = finish
  }

  package func next() async throws(RowError) -> RowBatch? {
    do throws(LinkTrouble) {
      while true {
        if let batch = takeFinished() { return batch }
        if finished { return nil }
        if sourceEnded || window.count >= Self.windowLength {
          flushWaiting()
          try await makeCalls()
          if sourceEnded, window.isEmpty {
            finished = true
            finish(tally)
            return nil
          }
        } else if let rows = try await nextRows() {
          try take(rows)
          if ready.count >= (concurrency ?? 8) { try await makeCalls() }
        } else {
          sourceEnded = true
        }
      }
    } catch {
      finished = true
      if case .source(let inner) = error { throw inner }
      throw RowError(.other(error), source: "links")
    }
  }

  private func nextRows() async throws(LinkTrouble) -> RowBatch? {
    do throws(RowError) { return try await source.next() } catch { throw .source(error) }
  }

  /// The first batch of the window, once nothing in it is open.
  private func takeFinished() -> RowBatch? {
    guard let first = window.first, first.unanswered == 0 else { return nil }
    window.removeFirst()
    for outcome in first.outcomes {
      tally.byStatus[outcome?.status ?? .failed, default: 0] += 1
    }
    tally.rows += first.rows.count
    return first.finished(policy: decider.policy)
  }

  // MARK: Deciding

  private func take(_ rows: RowBatch) throws(LinkTrouble) {
    let pending = PendingRows(rows)
    window.append(pending)
    guard let batch = LinkDecider.Batch(rows) else { return }
    decider.conditions?.begin(rows)
    for row in 0..<rows.count {
      let (decision, environment) = try decider.decision(batch, row: row)
      pending.rules[row] = decision.rule
      switch decision.kind {
      case .denied(let reason):
        pending.answer(row, with: LinkOutcome(status: .denied, message: reason))
      case .failed(let code, let message):
        pending.answer(row, with: LinkOutcome(status: .failed, code: code, message: message))
      case .ask(let fileID, let maxAge):
        guard let environment else { continue }
        ask(Key(fileID: fileID, maxAge: maxAge), in: environment, for: pending, row)
      }
    }
  }

  private func ask(_ key: Key, in environment: LinkEnvironment, for pending: PendingRows, _ row: Int) {
    if let asked = known[key] {
      if let outcome = asked.outcome {
        pending.answer(row, with: outcome)
      } else {
        asked.places.append((pending, row))
      }
      return
    }
    let asked = Asked(key)
    asked.places.append((pending, row))
    remember(asked)
    waiting[environment.id, default: []].append(asked)
    if let files = waiting[environment.id], files.count >= environment.batch {
      ready.append((environment, files))
      waiting[environment.id] = nil
    }
  }

  private func remember(_ asked: Asked) {
    known[asked.key] = asked
    order.append(asked.key)
    while order.count - oldest > Self.rememberedFiles, known[order[oldest]]?.outcome != nil {
      known[order[oldest]] = nil
      oldest += 1
    }
    if oldest > Self.rememberedFiles {
      order.removeFirst(oldest)
      oldest = 0
    }
  }

  private func flushWaiting() {
    for (id, files) in waiting.sorted(by: { $0.key < $1.key }) {
      if let environment = decider.environments.byID[id] { ready.append((environment, files)) }
    }
    waiting.removeAll()
  }

  // MARK: Calling

  /// Makes the calls that are ready, as many at once as their environments allow, and gives the answers to their rows.
  private func makeCalls() async throws(LinkTrouble) {
    var rest = ready[...]
    ready = []
    while let first = rest.first {
      if Task.isCancelled { throw .cancelled }
      let width = max(1, concurrency ?? first.environment.concurrency)
      let round = Array(rest.prefix(width))
      rest = rest.dropFirst(width)
      let requests = round.map { call in
        (
          call.environment,
          LinkRequest(
            environment: call.environment.id,
            files: call.files.map { RequestedFile(fileID: $0.key.fileID, maxAge: $0.key.maxAge) })
        )
      }
      let outcomes = await Self.send(requests, caller)
      for (call, outcome) in zip(round, outcomes) { settle(call.files, try outcome.get()) }
    }
  }

  private static func send(
    _ requests: [(LinkEnvironment, LinkRequest)], _ caller: BatchCaller
  ) async -> [Result<BatchOutcome, LinkTrouble>] {
    @Sendable func outcome(_ index: Int) async -> Result<BatchOutcome, LinkTrouble> {
      do throws(LinkTrouble) {
        return .success(try await caller.send(requests[index].1, to: requests[index].0))
      } catch {
        return .failure(error)
      }
    }
    if requests.count == 1 { return [await outcome(0)] }
    return await withTaskGroup(of: (Int, Result<BatchOutcome, LinkTrouble>).self) { group in
      for index in requests.indices { group.addTask { (index, await outcome(index)) } }
      var results = Array(
        repeating: Result<BatchOutcome, LinkTrouble>.failure(.cancelled), count: requests.count)
      for await (index, result) in group { results[index] = result }
      return results
    }
  }

  /// Gives a batch's outcome to the rows that wait for its files, matched by file id and never by position.
  private func settle(_ files: [Asked], _ outcome: BatchOutcome) {
    tally.calls += outcome.attempts
    switch outcome.result {
    case .failed(let code, let message):
      for asked in files {
        close(asked, LinkOutcome(status: .failed, code: code, message: message, attempts: outcome.attempts))
      }
    case .answered(let answer):
      var byID: [String: AnsweredFile] = [:]
      byID.reserveCapacity(answer.files.count)
      // Of two rows for one file the one with a link is believed.
      for file in answer.files where byID[file.fileID] == nil || file.status == 0 { byID[file.fileID] = file }
      for asked in files { close(asked, Self.outcome(byID[asked.key.fileID], asked.key.maxAge, outcome)) }
    }
  }

  private static func outcome(_ file: AnsweredFile?, _ maxAge: Int64, _ batch: BatchOutcome) -> LinkOutcome {
    guard let file else {
      return LinkOutcome(
        status: .failed, code: "missing-in-answer", message: "the answer says nothing of this file",
        attempts: batch.attempts)
    }
    guard file.status == 0, !file.downloadURL.isEmpty else {
      let code = file.status == 0 ? "missing-in-answer" : String(file.status)
      return LinkOutcome(status: .failed, code: code, message: file.message, attempts: batch.attempts)
    }
    // A link without a query is a public file's and does not expire (documented).
    let isSigned = file.downloadURL.utf8.contains(UInt8(ascii: "?"))
    let (lifetime, overflow) = maxAge.multipliedReportingOverflow(by: 1_000)
    let issued = batch.askedAt / 1_000 * 1_000
    let expiresAt = isSigned && !overflow ? issued.addingReportingOverflow(lifetime).partialValue : nil
    return LinkOutcome(
      status: .ok, url: file.downloadURL, maxAge: maxAge, expiresAt: expiresAt, attempts: batch.attempts)
  }

  private func close(_ asked: Asked, _ outcome: LinkOutcome) {
    asked.outcome = outcome
    for place in asked.places { place.rows.answer(place.row, with: outcome) }
    asked.places = []
  }
}
