// Kinds of values, as far as declarations speak of them: what a part of a command or a parameter of a function takes, and
// what comes of it.

import TCBText

/// A set of kinds of values. An empty one is the kind of what never gives a value, such as `fail`.
package struct ValueKinds: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let null = ValueKinds(rawValue: 1 << 0)
  package static let bool = ValueKinds(rawValue: 1 << 1)
  package static let int = ValueKinds(rawValue: 1 << 2)
  package static let float = ValueKinds(rawValue: 1 << 3)
  package static let duration = ValueKinds(rawValue: 1 << 4)
  package static let time = ValueKinds(rawValue: 1 << 5)
  package static let string = ValueKinds(rawValue: 1 << 6)
  package static let list = ValueKinds(rawValue: 1 << 7)
  package static let record = ValueKinds(rawValue: 1 << 8)
  package static let function = ValueKinds(rawValue: 1 << 9)
  package static let env = ValueKinds(rawValue: 1 << 10)
  package static let token = ValueKinds(rawValue: 1 << 11)
  package static let files = ValueKinds(rawValue: 1 << 12)
  package static let policy = ValueKinds(rawValue: 1 << 13)
  package static let links = ValueKinds(rawValue: 1 << 14)
  /// Rows that are neither files nor links.
  package static let rows = ValueKinds(rawValue: 1 << 15)

  package static let any = ValueKinds(rawValue: .max)
  package static let number: ValueKinds = [.int, .float]
  /// What commands over rows take; a policy is rows of its rules.
  package static let rowsOfAnyKind: ValueKinds = [.files, .links, .rows, .list, .policy]

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
