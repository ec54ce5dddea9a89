// The scalars that some patterns can tell apart, one of each kind: all others are taken exactly as one of these is.

struct PathAlphabet: Sendable {
  /// The plainest of each kind, plainest kinds first. Only scalars that a legal path may hold.
  let scalars: [UInt32]

  /// `plain` are scalars that patterns name besides.
  init(_ languages: some Sequence<PatternLanguage>, plain: Set<UInt32> = []) {
    var literals = plain.union([Scalars.slash, Scalars.dot])
    var classes: Set<ScalarClass> = []
    for language in languages {
      for take in language.takes {
        switch take {
        case .scalar(let scalar): literals.insert(scalar)
        case .oneOf(let members): classes.insert(members)
        case .nothing, .notSlash, .anything: break
        }
      }
    }
    let found = literals.filter(LegalPath.mayHold) + Self.unnamed(besides: literals, Array(classes))
    scalars = found.sorted { Self.rank($0) < Self.rank($1) }
  }

  /// The plainest scalar of each kind that no pattern names: kinds differ by the classes that hold them.
  private static func unnamed(besides literals: Set<UInt32>, _ classes: [ScalarClass]) -> [UInt32] {
    var cuts: Set<UInt32> = [0]
    for range in classes.lazy.flatMap(\.ranges) {
      cuts.insert(range.lowerBound)
      cuts.insert(range.upperBound &+ 1)
    }
    let starts = cuts.sorted()
    var best: [[Bool]: UInt32] = [:]
    for (index, start) in starts.enumerated() {
      let last = index + 1 < starts.count ? starts[index + 1] &- 1 : 0x10_FFFF
      guard start <= last, let scalar = plainest(in: start...last, besides: literals) else { continue }
      let kind = classes.map { $0.contains(scalar) }
      if let known = best[kind], rank(known) <= rank(scalar) { continue }
      best[kind] = scalar
    }
    return Array(best.values)
  }

  /// From what is best read to what is left. Within one tier a scalar adds the same to a path's length, and no later
  /// tier adds less.
  private static let tiers: [ClosedRange<UInt32>] = [
    0x61...0x7A, 0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x2D...0x2D, 0x7E...0x7E, 0x2E...0x2F,
    0x21...0x7E, 0x20...0x20, 0xC0...0x7FF, 0x80...0xBF,
    0x4E00...0x9FFF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x1_0000...0x10_FFFF,
  ]

  private static func plainest(in range: ClosedRange<UInt32>, besides literals: Set<UInt32>) -> UInt32? {
    for tier in tiers where tier.overlaps(range) {
      for scalar in tier.clamped(to: range) where !literals.contains(scalar) { return scalar }
    }
    return nil
  }

  private static func rank(_ scalar: UInt32) -> UInt64 {
    let tier = tiers.firstIndex { $0.contains(scalar) } ?? tiers.count
    return UInt64(tier) << 32 | UInt64(scalar)
  }
}
