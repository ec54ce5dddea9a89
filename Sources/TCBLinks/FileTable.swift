// The files asked for last, so that one that stands twice in a set is asked for once.

/// A file's id and lifetime as a number. With a seed of its process, so that nobody can make a list whose files all meet.
struct FileHash {
  private static let seed = UInt64.random(in: .min ... .max)

  /// Of the id alone.
  static func of(_ id: UnsafeRawBufferPointer) -> UInt64 {
    var hash = seed ^ UInt64(truncatingIfNeeded: id.count)
    var index = 0
    while index + 8 <= id.count {
      hash = mixed(hash ^ id.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var rest: UInt64 = 0
    while index < id.count {
      rest = rest << 8 | UInt64(id[index])
      index += 1
    }
    return mixed(hash ^ rest)
  }

  /// Both halves of the product of 128 bits, one over the other.
  static func mixed(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }
}

/// At most so many files are remembered, and at least the last half as many; what is farther apart is asked for again, which
/// costs a call's share and changes no answer. In two halves, the older of which is forgotten as a whole.
struct FileTable {
  private struct Half {
    // INVARIANT: a power of two of slots, at most half of which are taken once a file is remembered; a slot is free while its hash
    // is 0, which no file's is. So looking for a file touches no call but its own.
    var hashes: [UInt64]
    var calls: [GatheredCall?]
    var files: [UInt16]
    var count = 0

    init(slots: Int) {
      hashes = Array(repeating: 0, count: slots)
      calls = Array(repeating: nil, count: slots)
      files = Array(repeating: 0, count: slots)
    }

    /// The slot of the file, or the free one it would have.
    func slot(_ hash: UInt64, _ id: UnsafeRawBufferPointer, _ maxAge: Int64) -> Int {
      let mask = hashes.count - 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while hashes[slot] != 0 {
        if hashes[slot] == hash, let call = calls[slot], call.has(id, maxAge, at: Int(files[slot])) { break }
        slot = (slot + 1) & mask
      }
      return slot
    }

    func place(_ hash: UInt64, _ id: UnsafeRawBufferPointer, _ maxAge: Int64) -> Place? {
      let slot = slot(hash, id, maxAge)
      guard hashes[slot] != 0 else { return nil }
      return calls[slot].map { Place(call: $0, file: Int(files[slot])) }
    }

    /// Twice as many slots: most sets are small, and each has a table of its own.
    mutating func grow() {
      var larger = Half(slots: hashes.count * 2)
      let mask = larger.hashes.count - 1
      for (index, hash) in hashes.enumerated() where hash != 0 {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while larger.hashes[slot] != 0 { slot = (slot + 1) & mask }
        larger.hashes[slot] = hash
        larger.calls[slot] = calls[index]
        larger.files[slot] = files[index]
      }
      larger.count = count
      self = larger
    }
  }

  private var young: Half
  private var old: Half
  private let half: Int

  init(limit: Int) {
    half = max(1, limit / 2)
    young = Half(slots: 16)
    old = Half(slots: 16)
  }

  struct Place {
    var call: GatheredCall
    var file: Int
  }

  /// Where the file was asked for with this lifetime. `hash` is of both.
  func place(_ hash: UInt64, _ id: UnsafeRawBufferPointer, _ maxAge: Int64) -> Place? {
    let hash = max(hash, 1)
    return young.place(hash, id, maxAge) ?? old.place(hash, id, maxAge)
  }

  mutating func remember(_ place: Place, _ hash: UInt64, _ id: UnsafeRawBufferPointer, _ maxAge: Int64) {
    let hash = max(hash, 1)
    let slot = young.slot(hash, id, maxAge)
    guard young.hashes[slot] == 0 else { return }
    young.hashes[slot] = hash
    young.calls[slot] = place.call
    young.files[slot] = UInt16(truncatingIfNeeded: place.file)
    young.count += 1
    if young.count >= half {
      let slots = young.hashes.count
      old = young
      young = Half(slots: slots)
    } else if young.count * 2 >= young.hashes.count {
      young.grow()
    }
  }
}
