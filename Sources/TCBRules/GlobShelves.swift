// Where each glob of a policy is looked for, so that a path meets few that do not match it.

struct GlobShelves {
  struct Item {
    var place: Int32
    var glob: Glob
    var pattern: Pattern
  }

  // Indexes of items, each in one of these: tried on paths that begin with its prefix, that end with its suffix, that have
  // a text at a fixed place before it, or that hold a text known by four bytes of it, or by three.
  private(set) var ahead: [Int] = []
  private(set) var behind: [Int] = []
  private(set) var near: [(key: NearIndex.Key, item: Int)] = []
  private(set) var fours: [(key: GramIndex.Key, item: Int)] = []
  private(set) var threes: [(key: GramIndex.Key, item: Int)] = []
  /// Those with no literal text of their own to be known by.
  private(set) var together = ByteAutomatonBuilder()

  /// As many globs may share the text they are known by; more of them are better followed together.
  private static let crowd = 4
  /// Looking whether a text stands in a path takes this part of trying a glob.
  private static let textsLookedAt = 8
  /// A shorter text says too little about a path for a glob that is not quickly tried.
  private static let tellingLength = 3
  /// States of the common automaton past which no more globs join it. Our own bound: of the order of 100 MB.
  private static let mostStates = 1 << 20

  /// How many globs a text is known of.
  private var beginnings: [[UInt8]: Int] = [:]
  private var endings: [[UInt8]: Int] = [:]
  private var nearby: [NearIndex.Key: Int] = [:]
  private var inner: [[UInt8]: Int] = [:]
  /// In how many texts a gram stands, of four bytes or of three.
  private var grams: [UInt64: Int] = [:]
  /// How many globs have been put under a gram.
  private var under: [UInt64: Int] = [:]

  init(_ items: [Item]) {
    // A glob's steps are read again from its pattern: they are needed only here.
    let texts = items.map { Set(Glob.inner($0.program.steps)) }
    for (item, texts) in zip(items, texts) {
      beginnings[item.glob.prefix, default: 0] += 1
      endings[item.glob.suffix, default: 0] += 1
      if let key = NearIndex.Key(item.glob) { nearby[key, default: 0] += 1 }
      for text in texts {
        inner[text, default: 0] += 1
        for length in [3, 4] {
          for (gram, _) in Self.grams(of: text, length) { grams[Self.key(gram, length), default: 0] += 1 }
        }
      }
    }
    for (index, item) in items.enumerated() {
      switch shelf(for: item.glob, texts[index]) {
      case .ahead: ahead.append(index)
      case .behind: behind.append(index)
      case .near(let key): near.append((key, index))
      case .four(let key):
        fours.append((key, index))
        under[Self.key(GramIndex.gram(key.text, at: key.offset, length: 4), 4), default: 0] += 1
      case .three(let key):
        threes.append((key, index))
        under[Self.key(GramIndex.gram(key.text, at: key.offset, length: 3), 3), default: 0] += 1
      case .together:
        guard together.states.count < Self.mostStates else {
          ahead.append(index)
          continue
        }
        let program = item.program
        together.add(
          program.steps, branches: program.branches, classes: program.classes, place: item.place)
      }
    }
  }

  private static func key(_ gram: UInt32, _ length: Int) -> UInt64 { UInt64(length) << 32 | UInt64(gram) }

  private static func grams(of text: [UInt8], _ length: Int) -> [(gram: UInt32, offset: Int)] {
    guard text.count >= length else { return [] }
    return (0...(text.count - length)).map { (GramIndex.gram(text, at: $0, length: length), $0) }
  }

  private enum Shelf {
    case ahead
    case behind
    case near(NearIndex.Key)
    case four(GramIndex.Key)
    case three(GramIndex.Key)
    case together
  }

  /// The one that shares its text with the fewest; among equals the one with the longest text.
  private func shelf(for glob: Glob, _ texts: Set<[UInt8]>) -> Shelf {
    if case .wide = glob.gap { return .together }
    let least = glob.isQuick ? 1 : Self.tellingLength
    var best = (shelf: Shelf.together, crowd: Self.crowd + 1, common: 0, length: 0)
    func consider(_ shelf: Shelf, _ crowd: Int, _ common: Int, _ length: Int) {
      guard length >= least, (crowd, common, -length) < (best.crowd, best.common, -best.length) else {
        return
      }
      best = (shelf, crowd, common, length)
    }
    let (beginning, ending) = (beginnings[glob.prefix, default: 0], endings[glob.suffix, default: 0])
    consider(.ahead, beginning, beginning, glob.prefix.count)
    consider(.behind, ending, ending, glob.suffix.count)
    // Where there is nothing to tell apart, it is not worth one more look at each path.
    if ending > 1, let key = NearIndex.Key(glob) {
      let near = nearby[key, default: 0]
      consider(.near(key), near, near, glob.suffix.count + key.text.count)
    }
    // In a fixed order, so that a policy is always compiled alike.
    for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      for length in [4, 3] {
        for (gram, offset) in Self.grams(of: text, length) {
          let key = GramIndex.Key(text: text, offset: offset)
          let known = Self.key(gram, length)
          // Another text under the same gram is told from this one by a look at it.
          let crowd = inner[text, default: 0] + under[known, default: 0] / Self.textsLookedAt
          consider(length == 4 ? .four(key) : .three(key), crowd, grams[known, default: 0], length)
        }
      }
    }
    return best.shelf
  }
}

extension GlobShelves.Item {
  /// What the glob was made of; without branches where the alternatives of its pattern are globs of their own.
  fileprivate var program: PatternProgram {
    // A pattern's text was read once, and so can be again.
    guard var program = (try? PatternReader(pattern.text))?.program else { return PatternProgram() }
    if let alternatives = program.alternatives(upTo: PatternForms.alternativesInlined) {
      program.steps = alternatives[glob.alternative]
      program.branches = []
    }
    return program
  }
}

extension Glob {
  /// Tried without running an automaton.
  fileprivate var isQuick: Bool {
    switch gap {
    case .anything, .withoutSlash, .wholeSegments: true
    case .narrow, .wide: false
    }
  }
}
