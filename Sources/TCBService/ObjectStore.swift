// What a core is told about the files of an environment: every path, a list, or a store of one's own.

import TCBInterface

/// What a store says of one path.
package enum ObjectStanding: Sendable, Equatable {
  case exists
  case missing
  /// There may be something, but nobody is given a link to it.
  case forbidden
}

/// Tells which files an environment holds. Asked once a file and call, from any thread; it must not wait
/// long.
package protocol ObjectStore: Sendable {
  /// `path` is well formed in the sense of ``FileID``.
  func standing(of path: String) -> ObjectStanding
}

/// Every well-formed path exists.
package struct EveryObject: ObjectStore {
  package init() {}

  package func standing(of path: String) -> ObjectStanding { .exists }
}

/// The listed paths exist, compared byte for byte.
package struct ListedObjects: ObjectStore {
  private let paths: Set<PathBytes>

  package init(_ paths: some Sequence<String>) {
    self.paths = Set(paths.lazy.map(PathBytes.init))
  }

  package var count: Int { paths.count }

  /// In no order.
  var all: [String] { paths.map(\.path) }

  package func standing(of path: String) -> ObjectStanding {
    paths.contains(PathBytes(path: path)) ? .exists : .missing
  }

  /// A path whose equality is that of its bytes: `String` takes composed and decomposed letters for the same,
  /// the storage does not.
  private struct PathBytes: Hashable {
    let path: String

    static func == (left: PathBytes, right: PathBytes) -> Bool {
      left.path.utf8Span.span.isSame(as: right.path.utf8Span.span)
    }

    func hash(into hasher: inout Hasher) {
      path.utf8Span.span.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }
}
