// A CloudBase file id, `cloud://ENV.BUCKET/PATH`: its parts, and what makes one well formed.

/// The id of one file in a CloudBase environment's storage.
///
/// Two ids are equal when their bytes are: unlike `String`, composed and decomposed
/// forms of a letter name different files.
public struct FileID: Sendable {
  /// What a row that fails for its id alone carries as its code.
  public static let code = "bad-file-id"
  /// The most bytes a path may take once percent-encoded (documented).
  public static let maximumEncodedPathBytes = 850
  static let scheme: StaticString = "cloud://"
  static let schemeLength = 8

  /// The whole id, `cloud://ENV.BUCKET/PATH`.
  public let text: String
  // INVARIANT: schemeLength < dot < slash < text.utf8.count, at the id's `.` and `/`.
  private let dot: Int
  private let slash: Int

  /// Reads an id, exactly as written: nothing is trimmed, decoded or folded.
  public init(parsing text: String) throws(FileIDError) {
    let layout = try FileIDLayout(of: text.utf8Span.span)
    self.text = text
    self.dot = layout.dot
    self.slash = layout.slash
  }

  /// Joins the parts; offsets of an error count in the id they would have made.
  public init(environment: String, bucket: String, path: String) throws(FileIDError) {
    let text = "cloud://\(environment).\(bucket)/\(path)"
    self.text = text
    self.dot = FileID.schemeLength + environment.utf8.count
    self.slash = dot + 1 + bucket.utf8.count
    _ = try FileIDLayout(checking: text.utf8Span.span, dot: dot, slash: slash)
  }

  /// The id of its environment.
  public var environment: String { part(FileID.schemeLength, dot) }
  /// The bucket of its environment.
  public var bucket: String { part(dot + 1, slash) }
  /// The path below the bucket, not encoded, without a leading slash.
  public var path: String { part(slash + 1, text.utf8.count) }

  private func part(_ lower: Int, _ upper: Int) -> String {
    let utf8 = text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: lower)
    let end = utf8.index(utf8.startIndex, offsetBy: upper)
    return String(Substring(utf8[start..<end]))
  }

  /// Checks a path alone, over bytes; offsets of an error count in the path.
  public static func check(path: Span<UInt8>) throws(FileIDError) {
    let findings = try PathFindings(of: path, from: 0)
    if !findings.isASCII { try checkUTF8(path) }
  }

  private static func checkUTF8(_ path: Span<UInt8>) throws(FileIDError) {
    do {
      _ = try UTF8Span(validating: path)
    } catch {
      throw FileIDError(.pathNotUTF8, at: error.byteOffsets.lowerBound)
    }
  }
}

extension FileID: Hashable, CustomStringConvertible {
  public static func == (left: FileID, right: FileID) -> Bool {
    left.text.utf8Span.span.isSame(as: right.text.utf8Span.span)
  }

  public func hash(into hasher: inout Hasher) {
    text.utf8Span.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  public var description: String { text }
}
