// Records as values: keys in the order they were set, and where each is. Keys are told apart by their bytes, as texts are.

// Unchecked: it changes only while one reference is all there is.
package final class RecordValue: @unchecked Sendable {
  @exclusivity(unchecked) package private(set) var keys: [String]
  @exclusivity(unchecked) package private(set) var values: [Value]
  @exclusivity(unchecked) private(set) var extent: Extent
  /// Where each key is, in records too large to look through.
  @exclusivity(unchecked) private var index: KeyIndex?

  static let mostUnindexed = 8

  /// Keys must differ. Throws as a list does.
  package init(keys: [String], values: [Value]) throws(RuntimeProblem) {
    self.keys = keys
    self.values = values
    extent = try Extent(over: values)
    index = keys.count > RecordValue.mostUnindexed ? KeyIndex(of: keys) : nil
  }

  /// A record of its own with the same fields.
  init(copying other: RecordValue) {
    keys = other.keys
    values = other.values
    extent = other.extent
    index = other.index
  }

  package func position(of key: String) -> Int? {
    var key = key
    return key.withUTF8 { position(of: $0) }
  }

  /// The place of the key with these bytes.
  @inline(__always)
  func position(of bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    if let index { return index.position(of: bytes, hash: ByteHash.of(bytes), in: keys) }
    return keys.firstIndex { $0.hasBytes(bytes) }
  }

  /// To be called by whoever holds the only reference. Throws as `init` does, and then nothing has changed.
  func set(_ value: Value, for key: TextValue) throws(RuntimeProblem) {
    if let position = key.withBytes({ position(of: $0) }) {
      try extent.replace(values[position], with: value, in: values)
      values[position] = value
      return
    }
    try extent.add(value)
    keys.append(key.string)
    values.append(value)
    if index != nil {
      index?.insert(keys.count - 1, in: keys)
    } else if keys.count > RecordValue.mostUnindexed {
      index = KeyIndex(of: keys)
    }
  }

  package subscript(key: String) -> Value? { position(of: key).map { values[$0] } }

  subscript(key: TextValue) -> Value? { key.withBytes { position(of: $0) }.map { values[$0] } }
}

/// Where the keys of a record are, by their hashes: open addressing, at most half full.
struct KeyIndex: Sendable {
  /// The upper half of a key's hash and, in the lower, its place and one; zero where there is none.
  private var slots: [UInt64]
  private var count = 0

  init(of keys: [String]) {
    slots = Array(repeating: 0, count: 32)
    for position in keys.indices { insert(position, in: keys) }
  }

  func position(of bytes: UnsafeBufferPointer<UInt8>, hash: UInt64, in keys: [String]) -> Int? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { return nil }
      if entry >> 32 == hash >> 32 {
        let position = Int(entry & 0xFFFF_FFFF) - 1
        if keys[position].hasBytes(bytes) { return position }
      }
      slot = (slot + 1) & mask
    }
  }

  /// Notes the key at a place, which no other is equal to.
  mutating func insert(_ position: Int, in keys: [String]) {
    if (count + 1) * 2 > slots.count {
      slots = Array(repeating: 0, count: slots.count * 2)
      for known in 0..<position { place(known, in: keys) }
    }
    place(position, in: keys)
    count += 1
  }

  private mutating func place(_ position: Int, in keys: [String]) {
    var key = keys[position]
    let hash = key.withUTF8 { ByteHash.of($0) }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(position + 1)
  }
}

extension String {
  @inline(__always)
  fileprivate func hasBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard utf8.count == bytes.count else { return false }
    return utf8.withContiguousStorageIfAvailable { areEqual($0, bytes) } ?? utf8.elementsEqual(bytes)
  }
}
