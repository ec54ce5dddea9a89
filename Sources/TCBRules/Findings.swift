// What is known of a path while it is looked at.

struct Findings {
  /// The best place without a condition.
  private(set) var best = Place.none
  /// What gave it, where that says itself what it comes to.
  private(set) var leaf: UnsafePointer<PathTrie.Leaf>?
  /// Places with a condition, the best of them in ascending order.
  private let list: UnsafeMutableBufferPointer<Int32>
  private(set) var count = 0
  /// There was no room for all of them.
  private(set) var isCut = false
  /// The places up to here have been tried.
  private var tried: Int32 = -1

  /// For rules of which none has a condition.
  init() { list = UnsafeMutableBufferPointer(start: nil, count: 0) }

  /// `list` holds at least one place.
  init(_ list: UnsafeMutableBufferPointer<Int32>) { self.list = list }

  @inline(__always)
  mutating func note(_ place: Int32) {
    guard place < best else { return }
    if Place.isConditional(place) { return keep(place) }
    best = place
    leaf = nil
  }

  @inline(__always)
  mutating func settle(on node: UnsafePointer<PathTrie.Node>) {
    if node.pointee.best < best {
      best = node.pointee.best
      leaf = nil
    }
  }

  @inline(__always)
  mutating func settle(on leaf: UnsafePointer<PathTrie.Leaf>) {
    if leaf.pointee.best < best {
      best = leaf.pointee.best
      self.leaf = leaf
    }
  }

  private mutating func keep(_ place: Int32) {
    guard place > tried else { return }
    var index = count
    while index > 0, list[index - 1] > place { index -= 1 }
    if index > 0, list[index - 1] == place { return }
    if count == list.count {
      isCut = true
      guard index < count else { return }
      count -= 1
    }
    var moving = count
    while moving > index {
      list[moving] = list[moving - 1]
      moving -= 1
    }
    list[index] = place
    count += 1
  }

  /// Places have been tried that the list holds no more.
  var isLater: Bool { tried >= 0 }

  /// Makes room for the places after those that the list holds.
  mutating func goOn() {
    guard count > 0 else { return }
    tried = list[count - 1]
    count = 0
    isCut = false
  }
}
