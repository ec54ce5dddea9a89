// Values looked at where they lie, in a register, without counting references to what they hold: what the loop over
// instructions does most. What is got this way is valid while the register holds the value.
//
// Relies on an enum of several one-word payloads keeping the payload in its first word and the case behind it, which
// `ValueTests` checks.

extension Value {
  /// The number of a register that is known to hold one, in place.
  @inline(__always)
  static func wholeNumber(in register: UnsafeMutablePointer<Value>) -> UnsafeMutablePointer<Int64> {
    UnsafeMutableRawPointer(register).assumingMemoryBound(to: Int64.self)
  }

  @inlinable @inline(__always)
  static func reference<Object>(in register: UnsafePointer<Value>) -> Unmanaged<Object> {
    .fromOpaque(UnsafeRawPointer(register).load(as: UnsafeRawPointer.self))
  }

  @inline(__always)
  static func function(in register: UnsafeMutablePointer<Value>) -> Unmanaged<FunctionValue>? {
    guard case .function = register.pointee else { return nil }
    return reference(in: register)
  }

  /// The bytes of a text, and whether it is a secret; nil where there is something else.
  @inlinable @inline(__always)
  package static func text(in register: UnsafePointer<Value>) -> (
    bytes: UnsafeBufferPointer<UInt8>, isSecret: Bool
  )? {
    guard case .text = register.pointee else { return nil }
    let storage: Unmanaged<TextValue.Storage> = reference(in: register)
    return storage._withUnsafeGuaranteedRef { storage in
      storage.withUnsafeMutablePointers { header, bytes in
        (UnsafeBufferPointer(start: bytes, count: Int(header.pointee.count)), header.pointee.isSecret)
      }
    }
  }

  /// Whether two places hold the very same value.
  @inline(__always)
  static func isSame(_ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>) -> Bool {
    let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    return a.load(as: UInt64.self) == b.load(as: UInt64.self)
      && a.load(fromByteOffset: 8, as: UInt8.self) == b.load(fromByteOffset: 8, as: UInt8.self)
  }

  @inline(__always)
  static func areEqual(in a: UnsafePointer<Value>, _ b: UnsafePointer<Value>) -> Bool {
    if case .null = b.pointee { if case .null = a.pointee { return true } else { return false } }
    if let left = text(in: a), let right = text(in: b) { return TCBRuntime.areEqual(left.bytes, right.bytes) }
    return areEqual(a.pointee, b.pointee)
  }

  /// Where `whole` is a record that has the text in `index`, or a list that has that place: puts what is there into `target`
  /// without counting references to anything else, and null where a record has no such field and `orNull` says so. False, and
  /// nothing done, in every other case.
  @inline(__always)
  static func loadPart(
    of whole: UnsafeMutablePointer<Value>, at index: UnsafeMutablePointer<Value>,
    into target: UnsafeMutablePointer<Value>, orNull: Bool
  ) -> Bool {
    if case .record = whole.pointee, let key = text(in: index) {
      let record: Unmanaged<RecordValue> = reference(in: whole)
      let found = record._withUnsafeGuaranteedRef { record in
        record.position(of: key.bytes).map { record.values[$0] }
      }
      guard found != nil || orNull else { return false }
      target.pointee = found ?? .null
      return true
    }
    if case .list = whole.pointee, case .int(let place) = index.pointee, place >= 0 {
      let list: Unmanaged<ListValue> = reference(in: whole)
      let found: Value? = list._withUnsafeGuaranteedRef { list in
        place < list.elements.count ? list.elements[Int(place)] : nil
      }
      guard let found else { return false }
      target.pointee = found
      return true
    }
    return false
  }
}
