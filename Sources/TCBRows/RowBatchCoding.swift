// Batches as bytes, for temporary files. Only the process that wrote them reads them, so numbers are as they lie in memory; and
// yet what is read is looked at, since a disk may give back something else.

extension RowBatch {
  /// About how many bytes it takes in memory.
  package var byteCount: Int {
    columns.reduce(64 + names.count * 32 + lines.count * 8) { $0 + $1.byteCount }
  }

  func encode(to bytes: inout [UInt8]) {
    bytes.append(number: count)
    bytes.append(number: names.count)
    for (name, column) in zip(names, columns) {
      bytes.append(text: name)
      column.encode(to: &bytes)
    }
    bytes.append(array: lines)
  }

  /// Nil where the bytes are no batch.
  init?(decoding bytes: [UInt8]) {
    let batch: RowBatch? = bytes.withUnsafeBytes { buffer in
      var reader = BatchByteReader(rest: buffer)
      guard let count = reader.number(), count >= 0, let nameCount = reader.number(), nameCount >= 0 else {
        return nil
      }
      var columns: [(name: String, column: Column)] = []
      for _ in 0..<nameCount {
        guard let name = reader.text(), let column = reader.column(), column.count == count else {
          return nil
        }
        columns.append((name, column))
      }
      guard let lines: [Int] = reader.array() else { return nil }
      return RowBatch(columns, count: count, lines: lines)
    }
    guard let batch else { return nil }
    self = batch
  }
}

/// The kinds of columns and of cells, as they are numbered in the bytes.
private enum Tag: UInt8 {
  case null, bool, integer, float, text, time, duration, list, record, mixed
}

extension Column {
  /// About how many bytes it takes in memory.
  var byteCount: Int {
    switch self {
    case .text(let column): column.bytes.count + column.ends.count * 8
    case .integer(let column), .time(let column), .duration(let column): column.count * 8
    case .float(let column): column.count * 8
    case .bool(let column): column.count
    case .mixed(let cells): cells.reduce(0) { $0 + $1.byteCount }
    }
  }

  fileprivate func encode(to bytes: inout [UInt8]) {
    switch self {
    case .text(let column):
      bytes.append(Tag.text.rawValue)
      bytes.append(array: column.bytes)
      bytes.append(array: column.ends)
    case .integer(let column): column.encode(.integer, to: &bytes)
    case .time(let column): column.encode(.time, to: &bytes)
    case .duration(let column): column.encode(.duration, to: &bytes)
    case .float(let column): column.encode(.float, to: &bytes)
    case .bool(let column):
      bytes.append(Tag.bool.rawValue)
      bytes.append(array: column.values.map { $0 ? 1 as UInt8 : 0 })
      bytes.append(array: column.nulls)
    case .mixed(let cells):
      bytes.append(Tag.mixed.rawValue)
      bytes.append(number: cells.count)
      for cell in cells { cell.encode(to: &bytes) }
    }
  }
}

extension ValueColumn where Value: BitwiseCopyable {
  fileprivate func encode(_ tag: Tag, to bytes: inout [UInt8]) {
    bytes.append(tag.rawValue)
    bytes.append(array: values)
    bytes.append(array: nulls)
  }
}

extension Cell {
  /// About how many bytes it takes in memory.
  package var byteCount: Int {
    switch self {
    case .text(let text): 32 + text.utf8.count
    case .list(let cells): cells.reduce(48) { $0 + $1.byteCount }
    case .record(let fields): fields.reduce(48) { $0 + 32 + $1.value.byteCount }
    default: 24
    }
  }

  fileprivate func encode(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(Tag.null.rawValue)
    case .bool(let value):
      bytes.append(Tag.bool.rawValue)
      bytes.append(value ? 1 : 0)
    case .integer(let value): bytes.append(.integer, value)
    case .time(let value): bytes.append(.time, value)
    case .duration(let value): bytes.append(.duration, value)
    case .float(let value): bytes.append(.float, Int64(bitPattern: value.bitPattern))
    case .text(let value):
      bytes.append(Tag.text.rawValue)
      bytes.append(text: value)
    case .list(let cells):
      bytes.append(Tag.list.rawValue)
      bytes.append(number: cells.count)
      for cell in cells { cell.encode(to: &bytes) }
    case .record(let fields):
      bytes.append(Tag.record.rawValue)
      bytes.append(number: fields.count)
      for field in fields {
        bytes.append(text: field.name)
        field.value.encode(to: &bytes)
      }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(number: Int) {
    Swift.withUnsafeBytes(of: Int64(number)) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(_ tag: Tag, _ value: Int64) {
    append(tag.rawValue)
    Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(text: String) {
    append(number: text.utf8.count)
    append(contentsOf: text.utf8)
  }

  /// Of numbers: what lies in memory is all there is to them.
  fileprivate mutating func append<Number: BitwiseCopyable>(array: [Number]) {
    append(number: array.count)
    array.withUnsafeBytes { append(contentsOf: $0) }
  }
}

/// Takes from the front of bytes what was written; nil where they do not hold it.
private struct BatchByteReader {
  var rest: UnsafeRawBufferPointer

  private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
    return UnsafeRawBufferPointer(rebasing: rest[..<count])
  }

  mutating func number() -> Int? {
    take(8).map { Int($0.loadUnaligned(as: Int64.self)) }
  }

  mutating func text() -> String? {
    number().flatMap { take($0) }.map { String(decoding: $0, as: UTF8.self) }
  }

  mutating func array<Element: BitwiseCopyable>() -> [Element]? {
    guard let count = number(), count >= 0 else { return nil }
    let (length, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, let bytes = take(length) else { return nil }
    return [Element](unsafeUninitializedCapacity: count) { buffer, written in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      written = count
    }
  }

  private mutating func tag() -> Tag? { take(1).flatMap { Tag(rawValue: $0[0]) } }

  private mutating func values<Value: ColumnValue & BitwiseCopyable>() -> ValueColumn<Value>? {
    guard let values: [Value] = array(), let nulls: [UInt64] = array() else { return nil }
    return ValueColumn(values: values, nulls: nulls)
  }

  mutating func column() -> Column? {
    guard let tag = tag() else { return nil }
    switch tag {
    case .text:
      guard let bytes: [UInt8] = array(), let ends: [Int] = array() else { return nil }
      return TextColumn(bytes: bytes, ends: ends).map(Column.text)
    case .integer: return values().map(Column.integer)
    case .time: return values().map(Column.time)
    case .duration: return values().map(Column.duration)
    case .float: return values().map(Column.float)
    case .bool:
      guard let values: [UInt8] = array(), let nulls: [UInt64] = array() else { return nil }
      return .bool(ValueColumn(values: values.map { $0 != 0 }, nulls: nulls))
    case .mixed: return cells().map(Column.mixed)
    case .null, .list, .record: return nil
    }
  }

  private mutating func cells(depth: Int = 0) -> [Cell]? {
    guard let count = number(), count >= 0, count <= rest.count else { return nil }
    var cells: [Cell] = []
    cells.reserveCapacity(count)
    for _ in 0..<count {
      guard let cell = cell(depth: depth) else { return nil }
      cells.append(cell)
    }
    return cells
  }

  private mutating func cell(depth: Int) -> Cell? {
    // Values are nested no deeper than this.
    guard depth <= 256, let tag = tag() else { return nil }
    switch tag {
    case .null: return .null
    case .bool: return take(1).map { .bool($0[0] != 0) }
    case .integer: return number().map { .integer(Int64($0)) }
    case .time: return number().map { .time(Int64($0)) }
    case .duration: return number().map { .duration(Int64($0)) }
    case .float: return number().map { .float(Double(bitPattern: UInt64(bitPattern: Int64($0)))) }
    case .text: return text().map(Cell.text)
    case .list: return cells(depth: depth + 1).map(Cell.list)
    case .record:
      guard let count = number(), count >= 0, count <= rest.count else { return nil }
      var fields: [RecordField] = []
      for _ in 0..<count {
        guard let name = text(), let value = cell(depth: depth + 1) else { return nil }
        fields.append(RecordField(name, value))
      }
      return .record(fields)
    case .mixed: return nil
    }
  }
}
