// A fault as a value of the language: what it has met so far.

import TCBRuntime
import TCBService

/// A fault of the core in this process.
package final class FaultValue: ForeignValue {
  let name: String
  private let desk: FaultDesk

  init(_ name: String, _ desk: FaultDesk) {
    self.name = name
    self.desk = desk
  }

  package var typeName: String { "fault" }
  package var displayText: String { "fault \(name)" }
  package var fieldNames: [String] { ["name", "calls", "met"] }

  package func field(_ name: String) -> Value? {
    let entry = desk.entries.first { $0.rule.name == self.name }
    return switch name {
    case "name": .string(self.name)
    case "calls": .int(Int64(entry?.calls ?? 0))
    case "met": .int(Int64(entry?.met ?? 0))
    default: nil
    }
  }
}
