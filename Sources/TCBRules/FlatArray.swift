// Memory that is written once and then only read, from any thread.

/// Elements without references, one after another. Reading one costs a load: no check of bounds, no count of references.
/// Who reads vouches for the index.
struct FlatArray<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  // Sendable: nothing is written after `init`, and the memory lives as long as its only owner.
  let start: UnsafePointer<Element>
  let count: Int

  init(_ elements: [Element]) {
    let memory = Self.memory(for: elements.count)
    elements.withUnsafeBufferPointer { elements in
      if let first = elements.baseAddress { memory.initialize(from: first, count: elements.count) }
    }
    start = UnsafePointer(memory)
    count = elements.count
  }

  deinit { start.deallocate() }

  private static func memory(for count: Int) -> UnsafeMutablePointer<Element> {
    // By lines of the cache, so that no element lies on more of them than it must.
    let size = max(1, count) * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    return memory.bindMemory(to: Element.self, capacity: max(1, count))
  }
}
