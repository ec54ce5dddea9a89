// The automaton that is made as paths ask for it, with little memory to make it in, and for many threads at once.

import TCBTestSupport
import Testing

@testable import TCBRules

struct LazyAutomatonTests {
  private struct Globs {
    var patterns: [Pattern] = []
    var automaton: ByteAutomaton
    var alternatives: [[ReferencePattern.Token]] = []

    /// Each has its index as its place; those of odd place have a condition.
    init(_ count: Int, _ generator: inout SeededGenerator) throws {
      var builder = ByteAutomatonBuilder()
      while patterns.count < count {
        let text = generator.pattern()
        guard let pattern = try? Pattern(text) else { continue }
        let program = try PatternReader(text).program
        builder.add(
          program.steps, branches: program.branches, classes: program.classes, place: Int32(patterns.count))
        patterns.append(pattern)
        let expanded = ReferencePattern.expanded(text)
        alternatives += expanded.prefix(3)
      }
      automaton = ByteAutomaton(builder)
    }

    /// Up to the first that needs no condition.
    func expected(_ path: String) -> [Int32] {
      Place.settled(patterns.indices.lazy.filter { patterns[$0].matches(path) }.map { Int32($0) })
    }
  }

  private static func places(_ automaton: LazyAutomaton, _ path: String) -> [Int32] {
    var places: [Int32] = []
    var path = path
    path.withUTF8 { bytes in
      withUnsafeBytes(of: 0) { spare in
        guard let start = spare.baseAddress else { return }
        automaton.run(PathBytes(bytes, spare: start)) { places.append($0) }
      }
    }
    return Place.settled(places)
  }

  @Test(arguments: [16, 200, 1_000, 4_096, LazyAutomaton.arenaBytes])
  func `answers do not depend on the memory there is`(_ bytes: Int) throws {
    var generator = SeededGenerator(seed: 77)
    var found = 0
    for _ in 0..<60 {
      let globs = try Globs(Int.random(in: 1...12, using: &generator), &generator)
      let automaton = try #require(LazyAutomaton(globs.automaton, arenaBytes: bytes))
      for _ in 0..<40 {
        let choice = Int.random(in: 0..<globs.alternatives.count, using: &generator)
        let path = generator.chance(70) ? generator.path(like: globs.alternatives[choice]) : generator.path()
        let expected = globs.expected(path)
        found += expected.count
        #expect(Self.places(automaton, path) == expected, "\(globs.patterns.map(\.text)) on `\(path)`")
      }
    }
    #expect(found > 1_000)
  }

  @Test func `threads that teach it at once are all answered rightly`() async throws {
    var generator = SeededGenerator(seed: 78)
    let globs = try Globs(12, &generator)
    let automaton = try #require(LazyAutomaton(globs.automaton))
    let paths = (0..<400).map { index in
      generator.path(like: globs.alternatives[index % globs.alternatives.count])
    }
    let expected = paths.map(globs.expected)
    let wrong = await withTaskGroup(of: Int.self) { group in
      for offset in 0..<8 {
        group.addTask {
          var wrong = 0
          for step in 0..<paths.count {
            let index = (step + offset * 50) % paths.count
            if Self.places(automaton, paths[index]) != expected[index] { wrong += 1 }
          }
          return wrong
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }
}
