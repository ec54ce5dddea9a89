// Values of the language to cells of rows and back.

import TCBRows
import TCBRuntime
import TCBText

extension Value {
  init(_ cell: Cell) {
    switch cell {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .text(let value): self = .string(value)
    case .time(let value): self = .time(value)
    case .duration(let value): self = .duration(value)
    case .list(let cells): self = (try? ListValue(cells.map(Value.init))).map(Value.list) ?? .null
    case .record(let fields): self = .record(fields.map { ($0.name, Value($0.value)) })
    }
  }

  /// The cell that holds this value; what rows cannot hold becomes its text.
  var cell: Cell {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .integer(value)
    case .float(let value): .float(value)
    case .duration(let value): .duration(value)
    case .time(let value): .time(value)
    case .text(let text): .text(text.isSecret ? secretText : text.string)
    case .list(let list): .list(Value.cells(list.elements))
    case .record(let record):
      .record(zip(record.keys, Value.cells(record.values)).map { RecordField($0, $1) })
    case .function, .foreign, .shared, .absent: .text(displayText)
    }
  }

  /// As far as the run was not stopped.
  private static func cells(_ values: [Value]) -> [Cell] {
    var watch = CancellationWatch()
    var cells: [Cell] = []
    for value in values {
      if watch.isCancelled(after: 4) { break }
      cells.append(value.cell)
    }
    return cells
  }
}
