// Values of a session to values that leave it, and back.

import TCBRows
import TCBRuntime
import TCBText

/// The runtime's own values, where literals of a dictionary call theirs so.
typealias RuntimeValue = TCBRuntime.Value

extension ScriptValue {
  /// A secret is only told to be one.
  init(_ value: RuntimeValue) {
    switch value {
    case .null, .shared, .absent: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(Int(value))
    case .float(let value): self = .float(value)
    case .duration(let milliseconds): self = .duration(.milliseconds(milliseconds))
    case .time(let milliseconds): self = .time(milliseconds: Int(milliseconds))
    case .text(let text): self = .text(text.isSecret ? secretText : text.string)
    case .list(let list): self = .list(list.elements.map(ScriptValue.init))
    case .record(let record):
      self = .record(ScriptRecord(zip(record.keys, record.values.map(ScriptValue.init))))
    case .foreign(let box):
      guard let table = box.value as? TableValue, let batches = try? table.rows.batches() else {
        self = .other(type: box.value.typeName, text: value.displayText)
        return
      }
      self = .list(
        batches.flatMap { batch in
          (0..<batch.count).map { ScriptValue(BatchRow.record(batch, $0)) }
        })
    case .function: self = .other(type: "function", text: value.displayText)
    }
  }

  init(_ cell: Cell) { self.init(RuntimeValue(cell)) }

  /// As a value of the runtime. Throws where it is larger or deeper than values may be, or a number that no script has.
  ///
  /// `levels` bounds the recursion, whatever a program nests.
  func exchanged(levels: Int = RuntimeValue.greatestDepth) throws(RuntimeProblem) -> RuntimeValue {
    switch self {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(Int64(value))
    case .float(let value):
      guard value.isFinite else { throw .notConvertible(String(value), to: "number") }
      return .float(value)
    case .text(let text), .other(_, let text):
      guard text.utf8.count <= RuntimeValue.greatestText else { throw .tooLarge("text") }
      return .string(text)
    case .duration(let duration): return .duration(try Self.milliseconds(duration))
    case .time(let milliseconds): return .time(Int64(milliseconds))
    case .list(let elements):
      guard levels > 0 else { throw .valueTooDeep }
      guard elements.count <= RuntimeValue.greatestList else { throw .tooLarge("list") }
      var values: [RuntimeValue] = []
      values.reserveCapacity(elements.count)
      for element in elements { values.append(try element.exchanged(levels: levels - 1)) }
      return .list(try ListValue(values))
    case .record(let record):
      guard levels > 0 else { throw .valueTooDeep }
      var values: [RuntimeValue] = []
      for (_, value) in record { values.append(try value.exchanged(levels: levels - 1)) }
      return .record(try RecordValue(keys: record.names, values: values))
    }
  }

  private static func milliseconds(_ duration: Duration) throws(RuntimeProblem) -> Int64 {
    guard duration.isWithinMilliseconds else { throw .overflow("duration") }
    return duration.wholeMilliseconds
  }
}

extension Duration {
  /// Whether 64 bits hold its milliseconds. Of longer ones not even the seconds may be asked for.
  var isWithinMilliseconds: Bool {
    self >= .milliseconds(Int64.min) && self <= .milliseconds(Int64.max)
  }

  /// Cut off; for one that is within milliseconds.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    let (sum, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    // The lowest second of all does not fit by itself.
    return overflow || overflowsToo ? (seconds < 0 ? Int64.min : Int64.max) : sum
  }
}
