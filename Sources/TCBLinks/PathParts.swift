// The parts of a file's path.

/// A part of a path, by the name that rows have it under.
package enum PathPart: String, Sendable, CaseIterable {
  /// Behind the last `/`.
  case name
  /// Behind the last `.` of the name, without it; empty where there is none or the name begins with its only one.
  case ext
  /// Before the last `/`; empty at the root.
  case dir
  /// The name without its `ext` and the dot before it.
  case stem

  /// Where the part lies in the bytes of a path.
  package func range(in path: UnsafeRawBufferPointer) -> Range<Int> {
    // Nothing that is a path; whoever makes a text of this length of one may be stopped at it.
    if path.count > 1 << 22, Task.isCancelled { return 0..<0 }
    var slash = path.count - 1
    while slash >= 0, path[slash] != UInt8(ascii: "/") { slash -= 1 }
    if self == .dir { return 0..<max(0, slash) }
    let start = slash + 1
    if self == .name { return start..<path.count }
    var dot = path.count - 1
    while dot > start, path[dot] != UInt8(ascii: ".") { dot -= 1 }
    guard dot > start else { return self == .stem ? start..<path.count : path.count..<path.count }
    return self == .stem ? start..<dot : (dot + 1)..<path.count
  }

  package func of(_ path: String) -> String {
    var path = path
    return path.withUTF8 { bytes in
      let range = range(in: UnsafeRawBufferPointer(bytes))
      return String(decoding: bytes[range], as: UTF8.self)
    }
  }
}

package enum PathParts {
  package static func name(_ path: String) -> String { PathPart.name.of(path) }
  package static func ext(_ path: String) -> String { PathPart.ext.of(path) }
  package static func dir(_ path: String) -> String { PathPart.dir.of(path) }

  package static func part(_ name: String, of path: String) -> String? {
    PathPart(rawValue: name).map { $0.of(path) }
  }
}
