// Where each glob of a policy is looked for, so that a path meets few that do not match it.

struct GlobShelves {
  struct Item {
    var place: Int32
    var glob: Glob
    var pattern: Pattern
  }

  // Indexes of items, each in one of these: tried on paths that begin with its prefix, that end with its suffix, or
  // that hold a gram.
  private(set) var ahead: [Int] = []
  private(set) var behind: [Int] = []
  private(set) var grams: [(gram: UInt32, item: Int)] = []
  /// Those with no literal text of their own to be known by.
  private(set) var together = ByteAutomatonBuilder()

  /// As many globs may share the text they are known by; more of them are better followed together.
  private static let crowd = 4
  /// A shorter text says too little about a path for a glob that is not quickly tried.
  private static let tellingLength = 3
  /// States of the common automaton past which no more globs join it. Our own bound: of the order of 100 MB.
  private static let mostStates = 1 << 20

  private var beginnings: [[UInt8]: Int] = [:]
  private var endings: [[UInt8]: Int] = [:]
  private var gramCounts: [UInt32: Int] = [:]

  init(_ items: [Item]) {
    // A glob's steps are read again from its pattern: they are needed only here.
    let needed = items.map { GramIndex.grams(of: Glob.inner($0.program.steps)) }
    for (item, grams) in zip(items, needed) {
      beginnings[item.glob.prefix, default: 0] += 1
      endings[item.glob.suffix, default: 0] += 1
      for gram in grams { gramCounts[gram, default: 0] += 1 }
    }
    for (index, item) in items.enumerated() {
      switch shelf(for: item.glob, needed[index]) {
      case .ahead: ahead.append(index)
      case .behind: behind.append(index)
      case .gram(let gram): grams.append((gram, index))
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

  private enum Shelf {
    case ahead
    case behind
    case gram(UInt32)
    case together
  }

  /// The one that shares its text with the fewest; among equals the one with the longest text.
  private func shelf(for glob: Glob, _ grams: Set<UInt32>) -> Shelf {
    if case .wide = glob.gap { return .together }
    let least = glob.isQuick ? 1 : Self.tellingLength
    var best = (shelf: Shelf.together, crowd: Self.crowd + 1, length: 0)
    func consider(_ shelf: Shelf, _ crowd: Int, _ length: Int) {
      guard length >= least, (crowd, -length) < (best.crowd, -best.length) else { return }
      best = (shelf, crowd, length)
    }
    consider(.ahead, beginnings[glob.prefix, default: 0], glob.prefix.count)
    consider(.behind, endings[glob.suffix, default: 0], glob.suffix.count)
    // The smallest of the rarest, so that a policy is always compiled alike.
    let counted = grams.map { (gramCounts[$0, default: 0], $0) }
    if let (crowd, gram) = counted.min(by: <) { consider(.gram(gram), crowd, GramIndex.length) }
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
