// The files of a local folder as the objects of an environment, with no way out of the folder.

import Glibc
import TCBInterface
import TCBText

/// Why a folder cannot be served.
package enum FolderError: Error, Sendable, Equatable {
  case missing
  case notAFolder
  case other(Int32)

  package var message: Wording {
    switch self {
    case .missing: "there is no such folder"
    case .notAFolder: "it is not a folder"
    case .other(let number): Wording(verbatim: String(cString: strerror(number)))
    }
  }
}

/// The regular files below `root`. A symbolic link counts as what it leads to while that lies in the folder;
/// one that leads outside is forbidden, as is what this process may not look at.
package struct FolderObjects: ObjectStore {
  /// The folder's real path, without symbolic links.
  package let root: String
  // INVARIANT: ends with one slash.
  private let prefix: String

  package init(root: String) throws(FolderError) {
    guard !root.utf8.contains(0) else { throw .missing }
    guard let real = FolderObjects.realPath(of: root) else {
      throw errno == ENOENT || errno == ENOTDIR ? .missing : .other(errno)
    }
    guard FolderObjects.mode(of: real).map({ $0 & S_IFMT == S_IFDIR }) == true else { throw .notAFolder }
    self.root = real
    self.prefix = real == "/" ? "/" : real + "/"
  }

  package func standing(of path: String) -> ObjectStanding {
    switch located(path) {
    case .success: .exists
    case .failure(let refusal): refusal.standing
    }
  }

  /// The real path of an existing file, for who serves its bytes; nil for all that is not `.exists`. The file
  /// system may change between the asking and the opening.
  package func location(of path: String) -> String? {
    try? located(path).get()
  }

  private struct Refusal: Error {
    let standing: ObjectStanding
  }

  private func located(_ path: String) -> Result<String, Refusal> {
    // Refuses NUL and `.` or `..` segments even where the caller has not checked.
    do {
      try FileID.check(path: path.utf8Span.span)
    } catch {
      return .failure(Refusal(standing: .forbidden))
    }
    guard let real = FolderObjects.realPath(of: prefix + path) else {
      return .failure(Refusal(standing: errno == EACCES || errno == ELOOP ? .forbidden : .missing))
    }
    guard real.utf8.starts(with: prefix.utf8) else { return .failure(Refusal(standing: .forbidden)) }
    guard let mode = FolderObjects.mode(of: real), mode & S_IFMT == S_IFREG else {
      return .failure(Refusal(standing: .missing))
    }
    return .success(real)
  }

  private static func realPath(of path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(validatingCString: real)
  }

  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }
}
