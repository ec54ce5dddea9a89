// What a `for` goes over. Iterators stand on a stack of their own, behind a pointer, where the loop over instructions takes
// the next element of a list without counting a reference to the list.

import TCBSyntax

/// One `for` that is under way.
struct OpenIterator {
  enum Source {
    case list(ListValue)
    case record(RecordValue)
    case rows(any RowCursor)
  }

  /// The frames there were when it was opened; the return of the topmost of them closes it.
  let depth: Int
  var next = 0
  /// The list of `source`, which keeps it alive, where it is one.
  let list: Unmanaged<ListValue>?
  let source: Source

  init(_ source: Source, depth: Int) {
    self.depth = depth
    self.source = source
    if case .list(let value) = source { list = .passUnretained(value) } else { list = nil }
  }
}

struct IteratorStack {
  private(set) var count = 0
  private var capacity = 16
  private var base: UnsafeMutablePointer<OpenIterator> = .allocate(capacity: 16)

  /// Nil where none is open.
  @inline(__always)
  var top: UnsafeMutablePointer<OpenIterator>? { count > 0 ? base + (count - 1) : nil }

  mutating func push(_ iterator: OpenIterator) {
    if count == capacity {
      let larger = UnsafeMutablePointer<OpenIterator>.allocate(capacity: capacity * 2)
      larger.moveInitialize(from: base, count: count)
      base.deallocate()
      base = larger
      capacity *= 2
    }
    (base + count).initialize(to: iterator)
    count += 1
  }

  /// Closes all but the lowest so many.
  mutating func cut(to kept: Int) {
    guard kept >= 0, kept < count else { return }
    (base + kept).deinitialize(count: count - kept)
    count = kept
  }

  /// Frees the memory; nothing of the stack is used afterwards.
  mutating func destroy() {
    cut(to: 0)
    base.deallocate()
  }
}

extension Machine {
  enum Advance {
    case element
    case end
    case refill(any RowCursor)
  }

  /// The next element of what is no list, or of a list of which two names want pairs.
  func advanceIterator(_ i: Instruction, base: Int) throws(RuntimeProblem) -> Advance {
    guard let iterator = state.pointee.iterators.top else { return .end }
    let first = base + Int(i.a)
    let wantsTwo = i.c == 1
    switch iterator.pointee.source {
    case .list: throw .notIterable("list", pairs: true)
    case .record(let record):
      let next = iterator.pointee.next
      guard next < record.keys.count else { return .end }
      iterator.pointee.next = next + 1
      self[first] = .string(record.keys[next])
      if wantsTwo { self[base + Int(i.b)] = record.values[next] }
    case .rows(let cursor):
      if wantsTwo { throw .notIterable("table", pairs: true) }
      guard let row = cursor.takeRow() else { return cursor.isAtEnd ? .end : .refill(cursor) }
      self[first] = row
    }
    return .element
  }

  func open(_ source: OpenIterator.Source) {
    state.pointee.iterators.push(OpenIterator(source, depth: frameCount))
    noteOpen()
  }

  func openIterator(over value: Value, at span: SourceSpan) throws(RuntimeProblem) -> Step? {
    switch value {
    case .list(let list): open(.list(list))
    case .record(let record): open(.record(record))
    case .foreign(let box):
      guard maySuspend else { throw .commandPerRow }
      return .openCursor(box.value, at: span)
    default: throw .notIterable(value.typeName, pairs: false)
    }
    return nil
  }
}
