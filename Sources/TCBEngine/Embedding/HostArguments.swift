// How functions and commands of a program get at their arguments.

import TCBRuntime

/// The arguments of one call, by the names they were declared under.
public struct HostArguments: Sendable {
  private let values: [String: [ScriptValue]]
  private let given: Set<String>

  init(_ values: [String: [ScriptValue]], given: Set<String>) {
    self.values = values
    self.given = given
  }

  /// The argument of this name; ``ScriptValue/null`` where it was left out.
  public subscript(name: String) -> ScriptValue { values[name]?.first ?? .null }

  /// All arguments of a part that takes several.
  public func all(_ name: String) -> [ScriptValue] { values[name] ?? [] }

  /// Whether the part was written at all; for a flag, whether it is set.
  public func has(_ name: String) -> Bool { given.contains(name) }

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

  private func found<Wanted>(_ value: Wanted?, _ name: String, _ wanted: String) throws(HostFailure) -> Wanted
  {
    if let value { return value }
    throw HostFailure(RuntimeProblem.wrongType("`\(name)`", wanted: wanted, found: self[name].typeName))
  }
}
