// Answers that no normal state causes, ordered in advance by whoever tests a client.

import TCBInterface

/// "Answer the next N calls to environment E with errcode C."
package struct Fault: Sendable, Equatable {
  package enum Target: Sendable, Hashable {
    /// Calls for links of this environment, configured or not.
    case environment(String)
    /// Token requests by or for this appid.
    case tokens(appID: String)
  }

  package var target: Target
  package var code: Int
  /// Nil is the known text of the code, or none.
  package var message: String?
  package var calls: Int

  package init(_ target: Target, code: Int, message: String? = nil, calls: Int = 1) {
    self.target = target
    self.code = code
    self.message = message
    self.calls = calls
  }
}

/// The faults still to come, in the order they were added.
package struct FaultPlan: Sendable {
  private var queues: [Fault.Target: [Fault]] = [:]

  package init(_ faults: [Fault] = []) {
    for fault in faults { add(fault) }
  }

  package mutating func add(_ fault: Fault) {
    guard fault.calls > 0 else { return }
    queues[fault.target, default: []].append(fault)
  }

  /// The fault of this call, if one is due; it counts as met.
  package mutating func next(for target: Fault.Target) -> Fault? {
    guard !queues.isEmpty, var queue = queues[target], var fault = queue.first else { return nil }
    fault.calls -= 1
    if fault.calls > 0 {
      queue[0] = fault
    } else {
      queue.removeFirst()
    }
    queues[target] = queue.isEmpty ? nil : queue
    return fault
  }
}

extension Fault {
  var text: String { message ?? ErrorCode(number: code)?.text ?? "" }
}
