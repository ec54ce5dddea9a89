// The faults that whoever tests a client has ordered, and which of them a call meets.

import Synchronization
import TCBInterface

/// Rules in their order. One that ends the call hides it from those behind it, so that `first 2` before `first 1` is met by the
/// first two calls and the third.
package struct FaultPlan: Sendable {
  /// A rule and how it has gone.
  package struct Entry: Sendable {
    package fileprivate(set) var rule: FaultRule
    /// Calls that it was for.
    package fileprivate(set) var calls = 0
    /// Those of them that met the fault.
    package fileprivate(set) var met = 0
  }

  package private(set) var entries: [Entry] = []

  package init(_ rules: [FaultRule] = []) {
    for rule in rules { add(rule) }
  }

  /// Adds a rule at the end, or puts it in the place of the one of its name, whose calls are forgotten.
  package mutating func add(_ rule: FaultRule) {
    if let index = entries.firstIndex(where: { $0.rule.name == rule.name }) {
      entries[index] = Entry(rule: rule)
    } else {
      entries.append(Entry(rule: rule))
    }
  }

  /// False where there is none of that name.
  @discardableResult
  package mutating func remove(_ name: String) -> Bool {
    let count = entries.count
    entries.removeAll { $0.rule.name == name }
    return entries.count < count
  }

  /// What this call meets; it counts.
  package mutating func faults(of call: FaultedCall) -> CallFaults {
    var faults = CallFaults()
    for index in entries.indices where entries[index].rule.matches(call) {
      let rule = entries[index].rule
      entries[index].calls += 1
      var generator = FaultGenerator(seed: rule.seed, call: entries[index].calls)
      guard rule.occasion.includes(entries[index].calls, &generator) else { continue }
      entries[index].met += 1
      faults.add(rule, generator)
      if rule.effect.endsCall { break }
    }
    return faults
  }
}

/// All that becomes of one call.
package struct CallFaults: Sendable {
  package enum Ending: Sendable, Equatable {
    case errorCode(Int, message: String)
    case status(Int, retryAfter: Int64?)
    case reset
  }

  /// Of the rules that were met.
  package private(set) var names: [String] = []
  package private(set) var ending: Ending?
  /// Milliseconds.
  package private(set) var delay: Int64 = 0
  /// Whether the connection is reset in the middle of the answer's body.
  package private(set) var cutsBody = false
  /// Milliseconds that the clock is ahead.
  package private(set) var clockOffset: Int64 = 0
  private(set) var supersedesToken = false
  private(set) var bodies: [(FaultEffect.Body, FaultGenerator)] = []
  private(set) var rows: [(FaultEffect.Rows, FaultGenerator)] = []

  package init() {}

  package var isEmpty: Bool { names.isEmpty }

  fileprivate mutating func add(_ rule: FaultRule, _ generator: FaultGenerator) {
    var generator = generator
    names.append(rule.name)
    switch rule.effect {
    case .errorCode(let code, let message):
      ending = .errorCode(code, message: message ?? ErrorCode(number: code)?.text ?? "")
    case .status(let status, let retryAfter): ending = .status(status, retryAfter: retryAfter)
    case .reset(.before): ending = .reset
    case .reset(.body): cutsBody = true
    case .delay(let time, let spread):
      let more = spread > 0 ? Int64.random(in: 0...spread, using: &generator) : 0
      delay = delay.saturatingAdd(time.saturatingAdd(more))
    case .body(let fault): bodies.append((fault, generator))
    case .rows(let fault): rows.append((fault, generator))
    case .tokenSuperseded: supersedesToken = true
    case .clock(let offset): clockOffset = clockOffset.saturatingAdd(offset)
    }
  }
}

/// The plan of a core. Thread-safe; a core without faults pays a look at one flag.
package final class FaultDesk: Sendable {
  private let plan: Mutex<FaultPlan>
  private let hasRules: Atomic<Bool>

  init(_ plan: FaultPlan) {
    hasRules = Atomic(!plan.entries.isEmpty)
    self.plan = Mutex(plan)
  }

  package var isEmpty: Bool { !hasRules.load(ordering: .acquiring) }

  package var entries: [FaultPlan.Entry] { plan.withLock { $0.entries } }

  /// As ``FaultPlan/add(_:)``.
  package func add(_ rule: FaultRule) { change { $0.add(rule) } }

  /// In place of all there are.
  package func replace(with rules: [FaultRule]) { change { $0 = FaultPlan(rules) } }

  @discardableResult
  package func remove(_ name: String) -> Bool { change { $0.remove(name) } }

  private func change<Result>(_ body: (inout FaultPlan) -> Result) -> Result {
    plan.withLock { plan in
      let result = body(&plan)
      hasRules.store(!plan.entries.isEmpty, ordering: .releasing)
      return result
    }
  }

  package func faults(of call: FaultedCall) -> CallFaults {
    isEmpty ? CallFaults() : plan.withLock { $0.faults(of: call) }
  }
}
