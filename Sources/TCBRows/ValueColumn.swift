// A column of values of one fixed size, some of which may be null.

/// What can stand in a `ValueColumn`; `placeholder` fills the place of a null.
package protocol ColumnValue: Sendable, Hashable { static var placeholder: Self { get } }

extension Int64: ColumnValue { package static var placeholder: Int64 { 0 } }
extension Double: ColumnValue { package static var placeholder: Double { 0 } }
extension Bool: ColumnValue { package static var placeholder: Bool { false } }

// Reading is inlinable, since a generic call from another module is a dozen times as slow.
package struct ValueColumn<Value: ColumnValue>: Sendable {
  @usableFromInline package private(set) var values: [Value] = []
  // One bit a row, set where it is null. Shorter than the rows while all later ones are values.
  @usableFromInline package private(set) var nulls: [UInt64] = []

  package init() {}

  /// `nulls` has a bit for each row that is null, and may end before the last rows that are not.
  package init(values: [Value], nulls: [UInt64] = []) {
    self.values = values
    self.nulls = nulls
  }

  package init(_ values: some Sequence<Value?>) {
    for value in values { append(value) }
  }

  package var count: Int { values.count }

  package mutating func reserve(rows: Int) { values.reserveCapacity(rows) }

  package mutating func append(_ value: Value?) {
    if let value {
      values.append(value)
    } else {
      setNull(at: values.count)
      values.append(.placeholder)
    }
  }

  /// False past the end, where there is no cell.
  @inlinable
  package func isNull(at index: Int) -> Bool {
    guard index >= 0, index < values.count else { return false }
    let word = index / 64
    return word < nulls.count && nulls[word] & (1 << UInt64(index % 64)) != 0
  }

  /// Nil where the cell is null.
  @inlinable
  package func value(at index: Int) -> Value? {
    guard index >= 0, index < values.count, !isNull(at: index) else { return nil }
    return values[index]
  }

  package func slice(_ rows: Range<Int>) -> ValueColumn {
    let rows = rows.clamped(to: 0..<count)
    guard !nulls.isEmpty else {
      var part = ValueColumn()
      part.values = Array(values[rows])
      return part
    }
    return ValueColumn(rows.lazy.map { value(at: $0) })
  }

  /// The given rows in the given order; a row that is not there is null.
  package func selecting(_ rows: [Int]) -> ValueColumn {
    var part = ValueColumn()
    part.values = rows.map { values.indices.contains($0) ? values[$0] : .placeholder }
    for (place, row) in rows.enumerated() where isNull(at: row) || !values.indices.contains(row) {
      part.setNull(at: place)
    }
    return part
  }

  private mutating func setNull(at index: Int) {
    let (word, bit) = index.quotientAndRemainder(dividingBy: 64)
    while nulls.count <= word { nulls.append(0) }
    nulls[word] |= 1 << UInt64(bit)
  }

  package mutating func append(contentsOf other: ValueColumn) {
    guard !other.nulls.isEmpty else { return values.append(contentsOf: other.values) }
    for index in 0..<other.count { append(other.value(at: index)) }
  }
}

extension ValueColumn<Int64> {
  /// As for every other value, but no generic call.
  package mutating func append(number: Int64?) { append(number) }
}
