// Kinds of values, as far as declarations speak of them: what a part of a command or a parameter of a function takes, and
// what comes of it.

import TCBText

/// A set of kinds of values. An empty one is the kind of what never gives a value, such as `fail`.
package struct ValueKinds: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16
  // Inlinable, and constants computed: the checker of types asks for these at every expression, from another module.
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

  // The one that comes with option sets is generic, which costs a start a twentieth of its time.
  @inlinable package init(arrayLiteral elements: ValueKinds...) {
    var bits: UInt16 = 0
    for element in elements { bits |= element.rawValue }
    self.init(rawValue: bits)
  }

  // So are those that compare and join: what option sets have for it asks for the bits through a table of witnesses.
  @inlinable package static func == (a: ValueKinds, b: ValueKinds) -> Bool { a.rawValue == b.rawValue }
  @inlinable package var isEmpty: Bool { rawValue == 0 }
  @inlinable package func contains(_ kinds: ValueKinds) -> Bool { kinds.isSubset(of: self) }
  @inlinable package func isSubset(of other: ValueKinds) -> Bool { rawValue & ~other.rawValue == 0 }
  @inlinable package func isDisjoint(with other: ValueKinds) -> Bool { rawValue & other.rawValue == 0 }
  @inlinable package func union(_ other: ValueKinds) -> ValueKinds {
    ValueKinds(rawValue: rawValue | other.rawValue)
  }
  @inlinable package mutating func formUnion(_ other: ValueKinds) { self = union(other) }
  @inlinable package func intersection(_ other: ValueKinds) -> ValueKinds {
    ValueKinds(rawValue: rawValue & other.rawValue)
  }
  @inlinable package func subtracting(_ other: ValueKinds) -> ValueKinds {
    ValueKinds(rawValue: rawValue & ~other.rawValue)
  }

  @inlinable package static var null: ValueKinds { ValueKinds(rawValue: 1 << 0) }
  @inlinable package static var bool: ValueKinds { ValueKinds(rawValue: 1 << 1) }
  @inlinable package static var int: ValueKinds { ValueKinds(rawValue: 1 << 2) }
  @inlinable package static var float: ValueKinds { ValueKinds(rawValue: 1 << 3) }
  @inlinable package static var duration: ValueKinds { ValueKinds(rawValue: 1 << 4) }
  @inlinable package static var time: ValueKinds { ValueKinds(rawValue: 1 << 5) }
  @inlinable package static var string: ValueKinds { ValueKinds(rawValue: 1 << 6) }
  @inlinable package static var list: ValueKinds { ValueKinds(rawValue: 1 << 7) }
  @inlinable package static var record: ValueKinds { ValueKinds(rawValue: 1 << 8) }
  @inlinable package static var function: ValueKinds { ValueKinds(rawValue: 1 << 9) }
  @inlinable package static var env: ValueKinds { ValueKinds(rawValue: 1 << 10) }
  @inlinable package static var token: ValueKinds { ValueKinds(rawValue: 1 << 11) }
  @inlinable package static var files: ValueKinds { ValueKinds(rawValue: 1 << 12) }
  @inlinable package static var policy: ValueKinds { ValueKinds(rawValue: 1 << 13) }
  @inlinable package static var links: ValueKinds { ValueKinds(rawValue: 1 << 14) }
  /// Rows that are neither files nor links.
  @inlinable package static var rows: ValueKinds { ValueKinds(rawValue: 1 << 15) }

  @inlinable package static var any: ValueKinds { ValueKinds(rawValue: .max) }
  @inlinable package static var number: ValueKinds { ValueKinds(rawValue: 1 << 2 | 1 << 3) }
  /// What commands over rows take; a policy is rows of its rules.
  @inlinable package static var rowsOfAnyKind: ValueKinds {
    ValueKinds(rawValue: 1 << 7 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15)
  }

  private static let names = [
    "null", "bool", "int", "float", "duration", "time", "string", "list", "record", "function", "env",
    "token",
    "files", "policy", "links", "rows",
  ]

  /// How messages name a value of these kinds; nil where there is no one word for them.
  package var name: String? {
    if self == .number { return "number" }
    guard rawValue.nonzeroBitCount == 1 else { return nil }
    return ValueKinds.names[rawValue.trailingZeroBitCount]
  }

  /// Each of the kinds by itself.
  package var each: [ValueKinds] {
    (0..<UInt16(ValueKinds.names.count)).map { ValueKinds(rawValue: 1 << $0) }.filter { contains($0) }
  }
}

/// What a part of a command or a clause takes: the kinds, and how an error says so.
package struct ValueDemand: Sendable {
  package enum Bounds: Sendable {
    case none
    /// Of a whole number.
    case within(ClosedRange<Int64>)
    /// A positive whole number of seconds, as a number or as a duration.
    case lifetime
  }

  package var kinds: ValueKinds
  /// What the value is called, such as `` `using` ``.
  package var what: Wording
  package var wanted: Wording
  package var bounds = Bounds.none

  package init(_ what: Wording, _ wanted: Wording, _ kinds: ValueKinds) {
    self.what = what
    self.wanted = wanted
    self.kinds = kinds
  }

  package static func wholeNumber(_ what: Wording, _ range: ClosedRange<Int64>? = nil) -> ValueDemand {
    guard let range else { return ValueDemand(what, "a whole number", .int) }
    var demand = ValueDemand(
      what, "a whole number from \(range.lowerBound) to \(range.upperBound)", .int)
    demand.bounds = .within(range)
    return demand
  }

  package static let lifetime: ValueDemand = {
    var demand = ValueDemand("`max_age`", "a duration", [.int, .duration])
    demand.bounds = .lifetime
    return demand
  }()
}
