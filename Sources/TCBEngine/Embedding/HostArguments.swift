// How functions and commands of a program get at their arguments.

import TCBRuntime
import TCBText

/// The arguments of one call, by the names they were declared under.
public struct HostArguments: Sendable {
  /// What was written for one name. A name and its argument stand at the same place of two arrays: a function that is called for a
  /// million rows makes no dictionary for each.
  enum Argument: Sendable {
    case absent
    case one(ScriptValue)
    case several([ScriptValue])
  }

  private let names: [String]
  private let arguments: [Argument]

  init(_ names: [String], _ arguments: [Argument]) {
    self.names = names
    self.arguments = arguments
  }

  private func argument(_ name: String) -> Argument {
    guard let place = names.firstIndex(of: name), place < arguments.count else { return .absent }
    return arguments[place]
  }

  /// The argument of this name, of several the first; ``ScriptValue/null`` where it was left out.
  public subscript(name: String) -> ScriptValue {
    switch argument(name) {
    case .absent: .null
    case .one(let value): value
    case .several(let values): values.first ?? .null
    }
  }

  /// All arguments of a part that takes several.
  public func all(_ name: String) -> [ScriptValue] {
    switch argument(name) {
    case .absent: []
    case .one(let value): [value]
    case .several(let values): values
    }
  }

  /// Whether the part was written at all; for a flag, whether it is set.
  public func has(_ name: String) -> Bool {
    if case .absent = argument(name) { false } else { true }
  }

  /// The text of this name. Throws a failure that says what it is instead (`E0417`), as all of these do.
  public func text(_ name: String) throws(HostFailure) -> String {
    try found(self[name].text, name, "a string")
  }

  /// The whole number of this name.
  public func int(_ name: String) throws(HostFailure) -> Int {
    try found(self[name].int, name, "a whole number")
  }

  /// The number of this name, whole ones included.
  public func float(_ name: String) throws(HostFailure) -> Double {
    try found(self[name].float, name, "a number")
  }

  /// The truth value of this name.
  public func bool(_ name: String) throws(HostFailure) -> Bool {
    try found(self[name].bool, name, "true or false")
  }

  /// The duration of this name.
  public func duration(_ name: String) throws(HostFailure) -> Duration {
    try found(self[name].duration, name, "a duration")
  }

  /// The list of this name.
  public func list(_ name: String) throws(HostFailure) -> [ScriptValue] {
    try found(self[name].list, name, "a list")
  }

  /// The record of this name.
  public func record(_ name: String) throws(HostFailure) -> ScriptRecord {
    try found(self[name].record, name, "a record")
  }

  private func found<Wanted>(_ value: Wanted?, _ name: String, _ wanted: Wording) throws(HostFailure)
    -> Wanted
  {
    if let value { return value }
    throw HostFailure(RuntimeProblem.wrongType("`\(name)`", wanted: wanted, found: self[name].typeName))
  }
}
