// The link engine: rows of files in, the same rows with their links out, in the same order, however calls go.
//
// Rows are decided as they come and gathered into calls by environment, which are made while more rows are read. A batch of
// rows leaves when all of its rows are answered and every batch before it has left, so order is kept and memory holds only a
// window of the set.

import TCBInterface
import TCBRows
import TCBRules
import TCBService

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
  private let executor: (any TaskExecutor)?
  private let words: RuleWords
  private let count: (LinkTally) -> Void

  private var gatherer: CallGatherer
  private var window = Window()
  private var queues: [CallQueue]
  private let underWay = CallsUnderWay()
  private var calling: [Int: GatheredCall] = [:]
  private var calls = 0
  private var sourceEnded = false
  private var isDone = false

  /// The bound on files remembered within a set.
  package static let rememberedFiles = 32_768
  /// Rows that wait at most while calls are under way.
  private static let mostWaiting = 32_768

  /// `count` is told of each batch that leaves: a run that is not read to its end is counted as far as it was read. Calls to a
  /// service that has no executor of its own are made on `executor`.
  package init(
    _ source: any RowReader, decider: LinkDecider, caller: BatchCaller, concurrency: Int? = nil,
    remembering: Int = LinkReader.rememberedFiles, executor: (any TaskExecutor)? = nil,
    count: @escaping (LinkTally) -> Void = { _ in }
  ) {
    self.source = source
    self.decider = decider
    self.caller = caller
    self.concurrency = concurrency.map { min(max($0, 1), LinkEnvironment.greatestConcurrency) }
    self.executor = executor
    self.count = count
    words = RuleWords(decider.policy)
    gatherer = CallGatherer(decider.environments, remembering: remembering)
    queues = Array(repeating: CallQueue(), count: decider.environments.all.count)
  }

  deinit { underWay.cancel() }

  package func next() async throws(RowError) -> RowBatch? {
    guard !isDone else { return nil }
    do throws(LinkTrouble) {
      while true {
        if Task.isCancelled { throw .cancelled }
        try settleFinished()
        if try await makeLastCall() { continue }
        startCalls()
        if let batch = takeFinished() { return batch }
        if wantsRows {
          if let rows = try await nextRows() { try take(rows) } else { endSource() }
        } else if !calling.isEmpty {
          await underWay.wait()
        } else if window.isEmpty {
          break
        } else {
          // Nobody is asked, and nothing else would have these calls made.
          gatherer.rest().forEach(enqueue)
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
    underWay.cancel()
    window = Window()
    (queues, calling) = ([], [:])
  }

  // MARK: Rows

  /// Rows are read ahead while some environment that was met has fewer calls waiting than it could make.
  private var wantsRows: Bool {
    guard !sourceEnded, window.rows < Self.mostWaiting else { return false }
    let ready = queues.indices.lazy.map { self.queues[$0].waiting.count - self.room($0) }
    return ready.allSatisfy { $0 <= 0 }
  }

  private func endSource() {
    sourceEnded = true
    gatherer.rest().forEach(enqueue)
  }

  private func nextRows() async throws(LinkTrouble) -> RowBatch? {
    do throws(RowError) { return try await source.next() } catch { throw .source(error) }
  }

  /// The first batch of the window, once nothing in it is open.
  private func takeFinished() -> RowBatch? {
    guard let first = window.popFinished() else { return nil }
    var tally = LinkTally()
    let finished = first.finished(words)
    tally.byStatus = finished.byStatus
    tally.rows = first.rows.count
    (tally.calls, calls) = (calls, 0)
    count(tally)
    return finished.batch
  }

  private func take(_ rows: RowBatch) throws(LinkTrouble) {
    gatherer.begin(rows: rows.count).forEach(enqueue)
    let pending = PendingRows(rows)
    let number = window.append(pending)
    guard var batch = LinkDecider.Batch(rows) else {
      let outcome = LocalOutcome(
        status: .failed, code: FileID.code, message: "the row does not say which file it is")
      for _ in 0..<rows.count { pending.append(outcome, rule: nil) }
      return
    }
    decider.conditions?.begin(rows)
    for row in 0..<rows.count {
      let decision = try decider.decision(&batch, row: row)
      switch decision.kind {
      case .denied(let reason):
        pending.append(LocalOutcome(status: .denied, message: reason), rule: decision.rule)
      case .failed(let code, let message):
        let outcome = LocalOutcome(status: .failed, code: code, message: message)
        pending.append(outcome, rule: decision.rule)
      case .ask(let maxAge, let environment):
        batch.withID(row) { id in
          let asked = gatherer.ask(id, maxAge, in: environment)
          pending.append(asked.place, rule: decision.rule, waits: asked.place.call.wait(number))
          if let full = asked.full { enqueue(full) }
        }
      }
    }
  }

  // MARK: Calls

  private func enqueue(_ call: GatheredCall) { queues[call.environment].waiting.append(call) }

  /// How many calls to an environment may set out now.
  private func room(_ place: Int) -> Int {
    let environment = decider.environments.all[place]
    return environment.pace.width(of: concurrency ?? environment.concurrency) - queues[place].underWay
  }

  private func startCalls() {
    for place in queues.indices {
      var room = room(place)
      while room > 0, let call = queues[place].waiting.popFirst() {
        start(call)
        room -= 1
      }
    }
  }

  /// Where nothing is left to do beside a call of the core in this process, it is made here: to start a task takes longer. Most
  /// sets of a script are that small.
  private func makeLastCall() async throws(LinkTrouble) -> Bool {
    guard sourceEnded, calling.isEmpty else { return false }
    let waiting = queues.indices.filter { queues[$0].waiting.count > 0 }
    guard waiting.count == 1, queues[waiting[0]].waiting.count == 1 else { return false }
    let environment = decider.environments.all[waiting[0]]
    guard case .core = environment.service, let call = queues[waiting[0]].waiting.popFirst() else {
      return false
    }
    settle(call, try await caller.outcome(of: call.request, in: environment))
    return true
  }

  private func start(_ call: GatheredCall) {
    let environment = decider.environments.all[call.environment]
    let caller = caller
    let request = call.request
    let number = underWay.start(on: environment.service.executor ?? executor) {
      () async throws(LinkTrouble) -> CallOutcome in
      try await caller.outcome(of: request, in: environment)
    }
    queues[call.environment].underWay += 1
    calling[number] = call
  }

  /// Gives the outcomes of finished calls to the rows that wait for them. The first trouble ends the run.
  private func settleFinished() throws(LinkTrouble) {
    for finished in underWay.takeFinished() {
      guard let call = calling.removeValue(forKey: finished.number) else { continue }
      queues[call.environment].underWay -= 1
      settle(call, try finished.result.get())
    }
  }

  private func settle(_ call: GatheredCall, _ outcome: CallOutcome) {
    calls += outcome.calls
    for (batch, rows) in call.settle(outcome) { window.answered(rows, in: batch) }
  }
}

/// The calls of one environment.
private struct CallQueue {
  var waiting: Deque = Deque()
  var underWay = 0

  /// Calls in the order they were gathered.
  struct Deque {
    private var calls: [GatheredCall?] = []
    private var first = 0

    var count: Int { calls.count - first }

    mutating func append(_ call: GatheredCall) { calls.append(call) }

    mutating func popFirst() -> GatheredCall? {
      guard first < calls.count else { return nil }
      let call = calls[first]
      calls[first] = nil
      first += 1
      if first == calls.count {
        calls.removeAll(keepingCapacity: true)
        first = 0
      }
      return call
    }
  }
}

/// The batches that have been read and have not left, in order.
private struct Window {
  private var batches: [PendingRows] = []
  private var first = 0
  /// Of the batch at index 0.
  private var firstNumber = 0
  private(set) var rows = 0

  var isEmpty: Bool { first == batches.count }

  /// Gives the batch's number.
  mutating func append(_ batch: PendingRows) -> Int {
    batches.append(batch)
    rows += batch.rows.count
    return firstNumber + batches.count - 1
  }

  func answered(_ count: Int, in number: Int) {
    let index = number - firstNumber
    if batches.indices.contains(index) { batches[index].answered(count) }
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
      firstNumber += first
      first = 0
    }
    return batch
  }
}
