// A pattern as a straight list of steps. Braces are branches that rejoin, so that thirty of them in a row
// stay thirty branches and never become a billion patterns.

struct PatternProgram: Sendable {
  enum Step: Sendable, Equatable {
    case scalar(UInt32)
    /// `?`
    case anyScalar
    /// An index into `classes`.
    case oneOf(Int)
    /// `*`
    case run
    /// `**`
    case deepRun
    /// `{`: an index into `branches`.
    case branch(Int)
    /// The end of an alternative that is not the last.
    case jump(Int)
    /// `}`
    case join
    case end
  }

  /// Where in the text a step was written.
  struct Place: Sendable {
    var offset: Int
    var length: Int
  }

  // INVARIANT: steps.count == places.count; the last step and no other is `.end`; every target of a branch or
  // a jump lies after it.
  var steps: [Step] = []
  var places: [Place] = []
  /// For each branch, the step each alternative starts with.
  var branches: [[Int]] = []
  var classes: [ScalarClass] = []

  mutating func append(_ step: Step, _ offset: Int, _ length: Int) {
    steps.append(step)
    places.append(Place(offset: offset, length: length))
  }

  /// Every way through the branches as a program without them, or nil when there are more than `limit`.
  func alternatives(upTo limit: Int) -> [[Step]]? {
    var finished: [[Step]] = []
    var pending: [(at: Int, taken: [Step])] = [(0, [])]
    while var (at, taken) = pending.popLast() {
      while true {
        switch steps[at] {
        case .branch(let index):
          for start in branches[index].dropFirst().reversed() { pending.append((start, taken)) }
          guard finished.count + pending.count < limit else { return nil }
          at = branches[index][0]
          continue
        case .jump(let target):
          at = target
          continue
        case .join: break
        case .end:
          finished.append(taken + [.end])
        default: taken.append(steps[at])
        }
        if steps[at] == .end { break }
        at += 1
      }
    }
    return finished
  }
}

// MARK: - Segments

extension PatternProgram {
  /// What the steps so far have made of the segment they are in.
  private enum Segment: Int {
    case patternStart, start, dot, twoDots, ordinary
  }

  private struct Visit {
    var at: Int
    var segment: Segment
    /// The dots of the segment, while it is made of nothing else.
    var dots = Place(offset: 0, length: 0)
  }

  /// The leftmost fault in the segments of any alternative: a leading `/`, a `//`, a `.` or `..`, or nothing at
  /// all. Each step is looked at once for each state of a segment, however many alternatives there are.
  func segmentFault() -> PatternError? {
    var leftmost: PatternError?
    func report(_ reason: PatternError.Reason, _ place: Place) {
      if let leftmost, leftmost.offset <= place.offset { return }
      leftmost = PatternError(reason: reason, offset: place.offset, length: place.length)
    }
    var seen = [Bool](repeating: false, count: steps.count * 5)
    var pending = [Visit(at: 0, segment: .patternStart)]
    while let visit = pending.popLast() {
      let mark = visit.at * 5 + visit.segment.rawValue
      if seen[mark] { continue }
      seen[mark] = true
      switch steps[visit.at] {
      case .branch(let index):
        for start in branches[index] { pending.append(moved(visit, to: start)) }
      case .jump(let target): pending.append(moved(visit, to: target))
      case .join: pending.append(moved(visit, to: visit.at + 1))
      case .end: if let (reason, place) = faultAtBoundary(visit) { report(reason, place) }
      case .scalar(Scalars.slash):
        if let (reason, place) = faultAtBoundary(visit) { report(reason, place) }
        pending.append(Visit(at: visit.at + 1, segment: .start))
      case .scalar(Scalars.dot): pending.append(afterDot(visit))
      default: pending.append(Visit(at: visit.at + 1, segment: .ordinary))
      }
    }
    return leftmost
  }

  private func moved(_ visit: Visit, to step: Int) -> Visit {
    Visit(at: step, segment: visit.segment, dots: visit.dots)
  }

  private func afterDot(_ visit: Visit) -> Visit {
    let place = places[visit.at]
    switch visit.segment {
    case .patternStart, .start: return Visit(at: visit.at + 1, segment: .dot, dots: place)
    case .dot:
      let length = place.offset + place.length - visit.dots.offset
      let dots = Place(offset: visit.dots.offset, length: length)
      return Visit(at: visit.at + 1, segment: .twoDots, dots: dots)
    case .twoDots, .ordinary: return Visit(at: visit.at + 1, segment: .ordinary)
    }
  }

  private func faultAtBoundary(_ visit: Visit) -> (PatternError.Reason, Place)? {
    let isEnd = steps[visit.at] == .end
    switch visit.segment {
    case .patternStart: return (isEnd ? .empty : .leadingSlash, places[visit.at])
    case .start: return isEnd ? nil : (.doubleSlash, places[visit.at])
    case .dot, .twoDots: return (.dotSegment, visit.dots)
    case .ordinary: return nil
    }
  }
}
