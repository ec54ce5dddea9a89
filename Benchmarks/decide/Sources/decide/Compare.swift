// The cases, each once a turn, so that what else the machine does falls on all of them.

import CFloor
import Dispatch
import TCBRules

/// One policy over one set of paths, or the floor beside it.
struct Case {
  var name: String
  var paths: Paths
  /// Answers the sum of what was decided, so that nothing of it can be left out.
  var run: @Sendable (Paths) -> Int64
  /// Threads that do all of it at once.
  var threads = 1

  static func policy(_ name: String, _ patterns: [String], _ paths: Paths, threads: Int = 1) -> Case {
    let policy = compiled(patterns)
    let run: @Sendable (Paths) -> Int64 = { paths in
      var sum: Int64 = 0
      paths.each { path in sum &+= policy.verdict(for: path) { _ in true }.maxAge ?? 0 }
      return sum
    }
    return Case(name: name, paths: paths, run: run, threads: threads)
  }

  static func floor(_ name: String, _ prefixes: [String], _ paths: Paths) -> Case {
    let trie = trie_new()
    for (index, prefix) in prefixes.enumerated() {
      trie_insert(trie, prefix, prefix.utf8.count, Int32(index) + 1)
    }
    // It is only read from here on.
    nonisolated(unsafe) let built = trie
    return Case(name: name, paths: paths) { paths in
      var sum: Int64 = 0
      paths.each { path in sum &+= Int64(max(0, trie_longest(built, path.baseAddress, path.count))) }
      return sum
    }
  }
}

func cases() -> [Case] {
  let small = Shape.small.paths(1_000_000)
  let deep = Shape.deep.paths(1_000_000)
  let wide = Shape.wide.paths(1_000_000)
  let few = Shape.small.folders(1_000)
  let mixed = Shape.small.folders(700) + (0..<300).map(glob)
  let globs = (0..<10_000).map(glob)
  return [
    .floor("1,000 prefixes, trie in C", few, small),
    .policy("1,000 prefixes", few, small),
    .policy("1,000 prefixes, two threads", few, small, threads: 2),
    .floor("100,000 prefixes of five levels, trie in C", Shape.deep.folders(100_000), deep),
    .policy("100,000 prefixes of five levels", Shape.deep.folders(100_000), deep),
    .floor("100,000 prefixes of three levels, trie in C", Shape.wide.folders(100_000), wide),
    .policy("100,000 prefixes of three levels", Shape.wide.folders(100_000), wide),
    .policy("700 prefixes and 300 globs", mixed, small),
    .policy("700 prefixes and 300 globs, two threads", mixed, small, threads: 2),
    .policy("10,000 globs", globs, small),
    .policy("10,000 globs by name", (0..<10_000).map(namedGlob), named(1_000_000)),
  ]
}

private struct Measured {
  /// Nanoseconds of a path, one thread's own.
  var times: [Double] = []
  var allocated: UInt64 = 0
  var sum: Int64 = 0

  var least: Double { times.min() ?? 0 }
  var median: Double { times.sorted()[times.count / 2] }
}

func compare(turns: Int, only: String) {
  let cases = cases().filter { only.isEmpty || $0.name.contains(only) }
  var all = [Measured](repeating: Measured(), count: cases.count)
  // The first turn fills caches and is not counted.
  for turn in 0...turns {
    for (index, one) in cases.enumerated() { measure(one, turn > 0, &all[index]) }
  }
  print("ns a path: least, median; allocations in a million decisions")
  for (one, measured) in zip(cases, all) {
    let name = one.name + String(repeating: " ", count: max(0, 46 - one.name.count))
    print(name, hundredths(measured.least), hundredths(measured.median), measured.allocated, separator: "  ")
  }
}

private func measure(_ one: Case, _ counts: Bool, _ measured: inout Measured) {
  if one.threads > 1 {
    let each = Threads(one).run()
    if counts { measured.times.append(each.reduce(0, +) / Double(each.count) / Double(one.paths.count)) }
    return
  }
  let before = allocations()
  let start = Clock.thread()
  measured.sum = one.run(one.paths)
  let end = Clock.thread()
  guard counts else { return }
  measured.allocated = max(measured.allocated, allocations() - before)
  measured.times.append((end - start) / Double(one.paths.count))
}

/// The same work on several threads at once, each timed by its own clock.
private struct Threads {
  let one: Case

  init(_ one: Case) { self.one = one }

  func run() -> [Double] {
    let times = UnsafeMutableBufferPointer<Double>.allocate(capacity: one.threads)
    times.initialize(repeating: 0)
    defer { times.deallocate() }
    nonisolated(unsafe) let slots = times
    DispatchQueue.concurrentPerform(iterations: one.threads) { thread in
      let start = Clock.thread()
      let sum = one.run(one.paths)
      slots[thread] = Clock.thread() - start
      if sum < 0 { print(sum) }
    }
    return Array(times)
  }
}
