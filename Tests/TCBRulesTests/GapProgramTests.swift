// What lies between the ends of a glob, followed with going back, against the automaton that never goes back and against the
// plain reference.

import TCBTestSupport
import Testing

@testable import TCBRules

struct GapProgramTests {
  /// What the program says of a path; nil where the pattern has none.
  private static func answer(_ text: String, _ path: String) throws -> GapProgram.Answer? {
    for form in try Pattern(text).forms.list {
      guard case .glob(let glob) = form, !glob.program.isEmpty else { continue }
      var path = path
      return path.withUTF8 { bytes in
        let (from, end) = (glob.prefix.count, bytes.count - glob.suffix.count)
        guard end >= from, bytes.starts(with: glob.prefix, at: 0), bytes.starts(with: glob.suffix, at: end)
        else {
          return .differs
        }
        return withUnsafeBytes(of: 0) { spare in
          guard let spare = spare.baseAddress else { return .unknown }
          return glob.program.withUnsafeBufferPointer { steps in
            guard let start = steps.baseAddress, case .narrow(let automaton) = glob.gap else {
              return .unknown
            }
            return GapProgram.follow(start, PathBytes(bytes, spare: spare), from: from, to: end) {
              automaton.classes[$0].contains($1)
            }
          }
        }
      }
    }
    return nil
  }

  @Test(arguments: [
    ("a*b*c/d", "axbxbyc/d", true), ("a*b*c/d", "axb/c/d", false), ("a/**/b/*c", "a/b/c", true),
    ("a/**/b/*c", "a/x/b/b/xc", true), ("a/**/b/*c", "a/xb/c", false), ("**/a*/b", "a/b", true),
    ("**/a*/b", "x/ya/b", false), ("x*a/b*c", "xya/bc", true), ("x*a/b*c", "xa/a/bc", false),
    ("x**a?b**[cd]e", "xaab/acbde", true), ("x**a?b**[cd]e", "xaab/acbee", false),
    ("*[!a]文?z", "b字文文z", true), ("*[a-文]/?z", "b字/文z", true), ("*[a-文]/?z", "b—/文z", true),
    ("*[a-文]/?z", "字A/文z", false), ("?*?/**/", "ab/", true),
    ("?*?/**/", "a/b/c", false), ("a**b*", "a/xb/b", true), ("a**b*", "a/xb/c", false),
  ])
  func `each wildcard takes what it may`(_ text: String, _ path: String, _ isMatched: Bool) throws {
    #expect(try Self.answer(text, path) == (isMatched ? .matches : .differs))
    #expect(try Pattern(text).matches(path) == isMatched)
  }

  @Test(arguments: 0..<10)
  func `it says what the automaton says`(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ 4_000)
    var answered = 0
    while answered < 3_000 {
      let text = generator.pattern()
      let alternatives = ReferencePattern.expanded(text)
      guard let pattern = try? Pattern(text), let tokens = alternatives.first, alternatives.count == 1 else {
        continue
      }
      for _ in 0..<10 {
        let path = generator.chance(70) ? generator.path(like: tokens) : generator.path()
        guard let answer = try Self.answer(text, path) else { break }
        answered += 1
        #expect(answer == (pattern.matches(path) ? .matches : .differs), "seed \(seed): \(text) on \(path)")
      }
    }
  }

  @Test func `what goes back too often is left to the automaton`() throws {
    let text = "**b*ccc/[de]"
    let path = String(repeating: "ab", count: 400)
    #expect(try Self.answer(text, path + "/d") == .unknown)
    #expect(try Self.answer(text, path + "/bccc/d") == .unknown)
    let policy = try Policy(name: "p", rules: [try allow(text, for: 1)])
    #expect(policy.decision(for: path + "/d").rule == nil)
    #expect(policy.decision(for: path + "/bccc/d").rule == 0)
  }
}
