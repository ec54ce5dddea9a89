// Functions of the language that are written in Swift: their arguments, what they may call, and where a text finds them.

import TCBSyntax
import TCBText

/// The arguments of a call of a function that is written in Swift. They do not outlive the call.
package struct ArgumentList: RandomAccessCollection {
  @usableFromInline let values: UnsafeBufferPointer<Value>

  @inline(__always)
  init(_ values: UnsafeBufferPointer<Value>) { self.values = values }

  @inlinable package var startIndex: Int { 0 }
  @inlinable package var endIndex: Int { values.count }
  @inlinable package subscript(position: Int) -> Value {
    precondition(position >= 0 && position < values.count)
    return values[position]
  }

  /// The bytes of the text at a position, and whether it is a secret; nil where there is none. They do not outlive the call.
  @inlinable
  package func textBytes(at position: Int) -> (bytes: UnsafeBufferPointer<UInt8>, isSecret: Bool)? {
    guard position >= 0, position < values.count, let base = values.baseAddress else { return nil }
    return Value.text(in: base + position)
  }
}

/// What a function wants next that calls functions it was given.
package enum DriverStep {
  /// Call this function and come back with its result.
  case call(Value, [Value])
  case done(Value)
}

/// A function such as `map` that is under way. It never calls anything itself: the machine does, on its own stack.
package protocol CallDriver: AnyObject {
  /// `result` is nil the first time.
  func next(_ result: Value?) throws(RuntimeProblem) -> DriverStep
}

/// A function of the language written in Swift. It may not wait.
///
/// A class, so that calling one copies nothing of what is said about it.
package final class NativeFunction: Sendable {
  package typealias Body = @Sendable (ArgumentList) throws(RuntimeProblem) -> Value
  package typealias Driver = @Sendable (ArgumentList) throws(RuntimeProblem) -> any CallDriver

  enum Kind: Sendable {
    case plain(Body)
    case driver(Driver)
  }

  package let signature: FunctionSignature
  let kind: Kind
  /// What it does, where it calls nothing it was given.
  let plain: Body?
  private let argumentCounts: ClosedRange<Int>

  package init(_ signature: FunctionSignature, _ body: @escaping Body) {
    self.signature = signature
    kind = .plain(body)
    plain = body
    argumentCounts = signature.requiredCount...max(signature.requiredCount, signature.parameters.count)
  }

  /// A function that calls those it is given.
  package init(_ signature: FunctionSignature, driver: @escaping Driver) {
    self.signature = signature
    kind = .driver(driver)
    plain = nil
    argumentCounts = signature.requiredCount...max(signature.requiredCount, signature.parameters.count)
  }

  @inline(__always)
  func check(argumentCount count: Int) throws(RuntimeProblem) {
    guard argumentCounts.contains(count) else {
      throw .argumentCount(signature.name, wanted: "`\(signature.usage)`", given: count)
    }
  }
}

/// The functions written in Swift that a text may call, made when one is first looked for: most starts of the program end
/// before that. Belongs to one session.
package final class NativeTable {
  private let make: () -> [NativeFunction]
  private lazy var byName = Dictionary(
    make().map { ($0.signature.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// Of two of one name the first stays.
  package init(_ make: @escaping () -> [NativeFunction]) { self.make = make }

  subscript(name: String) -> NativeFunction? { byName[name] }
}
