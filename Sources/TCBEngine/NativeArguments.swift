// How functions written in Swift get at their arguments.

import TCBRuntime
import TCBText

extension ArgumentList {
  private func wrong(_ name: String, _ wanted: Wording, _ index: Int) -> RuntimeProblem {
    .wrongType("`\(name)`", wanted: wanted, found: index < count ? self[index].typeName : "null")
  }

  func text(_ index: Int, _ name: String) throws(RuntimeProblem) -> TextValue {
    guard index < count, case .text(let text) = self[index] else { throw wrong(name, "a string", index) }
    return text
  }

  /// A text that may be looked at.
  func plainText(_ index: Int, _ name: String, for use: Wording) throws(RuntimeProblem) -> String {
    let text = try text(index, name)
    if text.isSecret { throw .secretUsed(use) }
    return text.string
  }

  func list(_ index: Int, _ name: String) throws(RuntimeProblem) -> [Value] {
    guard index < count, case .list(let list) = self[index] else { throw wrong(name, "a list", index) }
    return list.elements
  }

  func wholeNumber(_ index: Int, _ name: String) throws(RuntimeProblem) -> Int64 {
    guard index < count, case .int(let number) = self[index] else {
      throw wrong(name, "a whole number", index)
    }
    return number
  }

  /// Nil where the argument was left out or is null.
  func optional(_ index: Int) -> Value? {
    guard index < count else { return nil }
    if case .null = self[index] { return nil }
    return self[index]
  }
}
