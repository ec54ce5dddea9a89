// The compiled engine against the plain reference, on many random inputs. A failure names the seed that
// brings it back.

import TCBRules
import TCBTestSupport
import Testing

struct ReferenceTests {
  @Test(arguments: [UInt64](1...8))
  func `patterns match as the reference does`(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var hits = 0
    var refused = 0
    for round in 0..<1_500 {
      let text = generator.pattern()
      let alternatives = ReferencePattern.expanded(text)
      if alternatives.count > 200 { continue }
      let pattern = try? Pattern(text)
      guard ReferencePattern.isAcceptable(alternatives) == (pattern != nil) else {
        Issue.record("seed \(seed), round \(round): `\(text)` is taken or refused wrongly")
        return
      }
      guard let pattern else {
        refused += 1
        continue
      }
      for _ in 0..<6 {
        let choice = Int.random(in: 0..<alternatives.count, using: &generator)
        let path = generator.chance(60) ? generator.path(like: alternatives[choice]) : generator.path()
        let expected = ReferencePattern.matches(alternatives, path)
        if expected { hits += 1 }
        guard pattern.matches(path) == expected else {
          Issue.record("seed \(seed), round \(round): `\(text)` on `\(path)` should be \(expected)")
          return
        }
      }
    }
    #expect(hits > 2_000 && refused > 20)
  }

  @Test(arguments: [UInt64](1...8))
  func `policies decide as the reference does`(_ seed: UInt64) throws {
    var agreement = Agreement(seed: seed)
    while agreement.pairs < 5_000, agreement.disagreement == nil { try agreement.compareOne() }
    #expect(agreement.disagreement == nil, "seed \(seed)")
    #expect(agreement.decided > 2_000)
  }
}
