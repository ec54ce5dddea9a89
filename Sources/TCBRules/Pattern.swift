// A pattern over paths: what a host holds.

/// A pattern over the whole path of a file below its bucket, compared byte for byte.
///
/// - `a/b/` is everything whose path begins so.
/// - `a/b.png` is that one path.
/// - Anything with a wildcard is a glob: `?` `*` `**` `[a-z]` `[!x]` `{png,jpg}`; `\` quotes.
///
/// Two patterns are equal when their texts are.
public struct Pattern: Sendable, Hashable {
  /// In UTF-8 bytes. Our own bound; a path has at most 850 (documented).
  public static let longestText = 1024

  public let text: String
  /// How a pattern stands when several match the same path.
  public let specificity: Specificity
  let forms: PatternForms

  /// Throws for text that could match no path, or not what it seems to.
  public init(_ text: String) throws(PatternError) {
    let reader = try PatternReader(text)
    self.text = text
    let endsOpen = text.utf8.last == UInt8(ascii: "/")
    specificity = Specificity(
      isWholePath: !reader.hasWildcard && !endsOpen,
      literalPrefix: reader.literalPrefix,
      literalText: reader.literalText)
    forms = PatternForms(reader.program)
  }

  /// Whether the path is matched. The time is bounded by the length of the path times that of the pattern.
  public func matches(_ path: String) -> Bool {
    var path = path
    return path.withUTF8 { matches($0) }
  }

  /// The same for bytes. What is not well-formed UTF-8 is taken by `*` and `**` and by nothing else.
  public func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    forms.list.contains { $0.matches(path) }
  }

  public static func == (one: Pattern, other: Pattern) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

/// How closely a pattern describes what it matches; the greater is the more specific.
public struct Specificity: Sendable, Hashable, Comparable {
  /// No wildcard and no final `/`.
  public var isWholePath: Bool
  /// Bytes of literal text before the first wildcard; a quoted character counts without its `\`.
  public var literalPrefix: Int
  /// Bytes of literal text outside classes and braces.
  public var literalText: Int

  public init(isWholePath: Bool, literalPrefix: Int, literalText: Int) {
    self.isWholePath = isWholePath
    self.literalPrefix = literalPrefix
    self.literalText = literalText
  }

  public static func < (one: Specificity, other: Specificity) -> Bool {
    if one.isWholePath != other.isWholePath { return other.isWholePath }
    if one.literalPrefix != other.literalPrefix { return one.literalPrefix < other.literalPrefix }
    return one.literalText < other.literalText
  }
}

/// The forms of a pattern, shared by its copies.
final class PatternForms: Sendable {
  /// Up to this many alternatives are matched, and found by the index, each for itself. Past it the pattern is
  /// one automaton with branches.
  static let alternativesInlined = 16

  let list: [PatternForm]

  var globCount: Int { list.count { if case .glob = $0 { true } else { false } } }

  init(_ program: PatternProgram) {
    if let alternatives = program.alternatives(upTo: Self.alternativesInlined) {
      list = alternatives.enumerated().map { number, steps in
        PatternForm(steps, branches: [], classes: program.classes, alternative: number)
      }
    } else {
      list = [
        PatternForm(program.steps, branches: program.branches, classes: program.classes, alternative: 0)
      ]
    }
  }
}
