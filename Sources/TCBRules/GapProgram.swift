// What lies between the literal ends of a glob, as a few bytes to be followed along a path.
//
// Of each kind of wildcard only the last one met is ever gone back to. That is enough: what stands between two runs has a
// fixed number of characters, and where it fits at the earliest place, a later one leaves no more to what follows.

enum GapProgram {
  // Each takes one byte and what is said here.
  private enum Step {
    /// The gap ends here.
    static let end: UInt8 = 0
    /// Whatever is left is taken.
    static let rest: UInt8 = 1
    /// Whatever is left is taken if no `/` is in it.
    static let restOfSegment: UInt8 = 2
    /// How many bytes, and those.
    static let text: UInt8 = 3
    static let anyScalar: UInt8 = 4
    /// A bit for each ASCII character that is taken, 16 bytes; and in two bytes, the lower first, which class it is.
    static let oneOf: UInt8 = 5
    static let run: UInt8 = 6
    static let deepRun: UInt8 = 7
    /// `**/` where a segment begins: nothing, or what ends in `/`.
    static let segments: UInt8 = 8
  }

  enum Answer {
    case matches
    case differs
    /// It went back too often: something else has to say.
    case unknown
  }

  /// Nil where the steps branch. `isOpenEnded` says that they end in a `/`, which takes what is under it.
  static func bytes(
    of steps: [PatternProgram.Step], in range: Range<Int>, isOpenEnded: Bool, classes: [ScalarClass]
  ) -> [UInt8]? {
    var bytes: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let opensSegment = index == 0 || steps[index - 1] == .scalar(Scalars.slash)
      switch steps[index] {
      case .scalar: index = append(textAt: index, of: steps[..<range.upperBound], to: &bytes) - 1
      case .anyScalar: bytes.append(Step.anyScalar)
      case .oneOf(let number): append(classes[number], number, to: &bytes)
      case .run: bytes.append(index + 1 == range.upperBound ? Step.restOfSegment : Step.run)
      case .deepRun
      where opensSegment && index + 1 < range.upperBound && steps[index + 1] == .scalar(Scalars.slash):
        bytes.append(Step.segments)
        index += 1
      case .deepRun: bytes.append(index + 1 == range.upperBound ? Step.rest : Step.deepRun)
      case .branch, .jump, .join, .end: return nil
      }
      index += 1
    }
    bytes.append(isOpenEnded ? Step.rest : Step.end)
    return bytes
  }

  /// The index after the text.
  private static func append(
    textAt start: Int, of steps: ArraySlice<PatternProgram.Step>, to bytes: inout [UInt8]
  ) -> Int {
    let text = Glob.literalBytes(steps[start...])
    var left = text.bytes[...]
    while !left.isEmpty {
      let part = left.prefix(255)
      bytes += [Step.text, UInt8(part.count)] + part
      left = left.dropFirst(part.count)
    }
    return start + text.steps
  }

  private static func append(_ oneOf: ScalarClass, _ number: Int, to bytes: inout [UInt8]) {
    var bits = [UInt8](repeating: 0, count: 16)
    for scalar in 0..<128 where oneOf.contains(UInt32(scalar)) { bits[scalar >> 3] |= 1 << UInt8(scalar & 7) }
    // A pattern of 1,024 bytes has no more than so many.
    bytes += [Step.oneOf] + bits + [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)]
  }
}

// MARK: - Following

extension GapProgram {
  /// Where the walk is, in the program and on the path.
  private struct Spot {
    var step: UnsafePointer<UInt8>
    var position: Int
  }

  /// Whether the steps take the path's bytes from `position` to `end`, exactly. `takes` says whether a class takes a scalar
  /// that is not ASCII.
  ///
  /// INVARIANT: the steps end as `bytes(of:…)` ends them; `0 <= position <= end <= path.count`.
  @inline(__always)
  static func follow(
    _ steps: UnsafePointer<UInt8>, _ path: PathBytes, from position: Int, to end: Int,
    takes: (_ number: Int, _ scalar: UInt32) -> Bool
  ) -> Answer {
    var spot = Spot(step: steps, position: position)
    // Where the last run of each kind may go on; without a step there is none.
    var run: Spot?
    var deep: Spot?
    // In bytes gone back over, so that the time is bounded by the path's length.
    var patience = 8 &* path.count &+ 64
    while true {
      switch spot.step.pointee {
      case Step.end: if spot.position == end { return .matches }
      case Step.rest: return .matches
      case Step.restOfSegment: if slash(in: path, from: spot.position, to: end) == nil { return .matches }
      case Step.text:
        let length = Int(spot.step[1])
        if length <= end &- spot.position, path.holds(spot.step + 2, length, at: spot.position) {
          spot.step += 2 &+ length
          spot.position &+= length
          continue
        }
      case Step.run:
        spot.step += 1
        run = spot
        continue
      case Step.deepRun, Step.segments:
        spot.step += 1
        deep = spot
        run = nil
        continue
      default:
        if takesScalar(&spot, path, end, takes) { continue }
      }
      // It does not fit: the last run takes more.
      if var wider = run {
        if widen(&wider, path, to: end, &patience) {
          run = wider
          spot = wider
          continue
        }
        run = nil
      }
      guard patience > 0 else { return .unknown }
      guard var wider = deep, deepen(&wider, path, to: end, &patience) else { return .differs }
      deep = wider
      spot = wider
    }
  }

  @inline(__always)
  private static func slash(in path: PathBytes, from start: Int, to end: Int) -> Int? {
    var position = start
    while position < end {
      if path[position] == UInt8(ascii: "/") { return position }
      position &+= 1
    }
    return nil
  }

  /// Goes past one character where it is taken.
  @inline(__always)
  private static func takesScalar(
    _ spot: inout Spot, _ path: PathBytes, _ end: Int, _ takes: (_ number: Int, _ scalar: UInt32) -> Bool
  ) -> Bool {
    guard spot.position < end else { return false }
    let byte = path[spot.position]
    let isClass = spot.step.pointee == Step.oneOf
    if byte < 0x80 {
      if isClass {
        guard spot.step[1 &+ Int(byte &>> 3)] &>> (byte & 7) & 1 != 0 else { return false }
      } else if byte == UInt8(ascii: "/") {
        return false
      }
      spot.position &+= 1
    } else {
      var position = spot.position
      let scalar = Scalars.next(in: path.buffer, at: &position)
      guard scalar < Scalars.illFormed, position <= end else { return false }
      if isClass, !takes(Int(spot.step[17]) | Int(spot.step[18]) &<< 8, scalar) { return false }
      spot.position = position
    }
    spot.step += isClass ? 19 : 1
    return true
  }

  /// The next place at which what follows a `*` may begin; false where there is none.
  @inline(__always)
  private static func widen(
    _ run: inout Spot, _ path: PathBytes, to end: Int, _ patience: inout Int
  ) -> Bool {
    let isText = run.step.pointee == Step.text
    let first = run.step[isText ? 2 : 0]
    var position = run.position
    while position < end, path[position] != UInt8(ascii: "/") {
      position &+= 1
      if isText, position == end || path[position] != first { continue }
      patience &-= position &- run.position
      run.position = position
      return patience > 0
    }
    patience &-= position &- run.position
    return false
  }

  /// The next place at which what follows a `**`, or a `**/`, may begin.
  @inline(__always)
  private static func deepen(
    _ deep: inout Spot, _ path: PathBytes, to end: Int, _ patience: inout Int
  ) -> Bool {
    var position = deep.position
    defer {
      patience &-= position &- deep.position
      deep.position = position
    }
    if deep.step[-1] == Step.segments {
      guard let slash = slash(in: path, from: position, to: end) else { return false }
      position = slash &+ 1
      return true
    }
    let isText = deep.step.pointee == Step.text
    let first = deep.step[isText ? 2 : 0]
    repeat { position &+= 1 } while isText && position < end && path[position] != first
    return position < end || position == end && !isText
  }
}
