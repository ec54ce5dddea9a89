// Why a host could not do what it was asked, and the words for it.
import Glibc
import TCBText

/// What kept a host from doing what it was asked.
public struct HostError: Error, Sendable, Equatable {
  /// Why it could not.
  public enum Reason: Sendable, Equatable {
    /// The host does not grant this, or not there.
    case denied(Capability)
    /// Nothing is there.
    case notFound
    /// A folder is where a file was wanted.
    case isFolder
    /// No folder is where one was wanted.
    case notFolder
    /// The system refuses it to this process.
    case notPermitted
    /// The device or the user's share of it is full.
    case noSpace
    /// Nobody reads the output any more.
    case closed
    /// It is empty, too long, holds a zero byte or goes round in links.
    case invalidPath
    /// The task that waited for a terminal, a pipe, a device, a lock or a program was cancelled.
    case cancelled
    /// It took longer than there was time.
    case tooLate
    /// A program ended with this status, or was ended by a signal, whose number is negative here.
    case endedWith(Int32)
    /// An `errno` that has no case of its own.
    case other(Int32)
  }

  /// Why it could not be done.
  public var reason: Reason
  /// As the caller gave it; nil when no file was concerned.
  public var path: String?

  /// An error about `path`, as the caller gave it.
  public init(_ reason: Reason, path: String? = nil) {
    self.reason = reason
    self.path = path
  }

  /// One clause without the path, so that a caller can set it into a sentence of its own.
  public var message: String { wording.english }

  /// ``message`` in every language.
  package var wording: Wording {
    switch reason {
    case .denied(let capability): "`\(capability.rawValue)` is not allowed here"
    case .notFound: "there is no such file"
    case .isFolder: "it is a folder"
    case .notFolder: "it is not a folder"
    case .notPermitted: "permission was refused"
    case .noSpace: "no space is left"
    case .closed: "the output was closed"
    case .cancelled: "it was stopped"
    case .invalidPath: "it is not a usable path"
    case .tooLate: "it took too long"
    case .endedWith(let status):
      status < 0 ? "it was ended by signal \(-status)" : "it ended with status \(status)"
    case .other(let code): HostError.systemText(code)
    }
  }

  private static func systemText(_ code: Int32) -> Wording {
    // glibc keeps the text for unknown codes per thread since 2.32, so this is safe to call anywhere.
    guard let text = strerror(code) else { return "system error \(code)" }
    let words = String(cString: text)
    return Wording(verbatim: words.prefix(1).lowercased() + words.dropFirst())
  }

  package init(errno code: Int32, path: String? = nil) {
    let reason: Reason =
      switch code {
      case ENOENT: .notFound
      case EISDIR: .isFolder
      case ENOTDIR: .notFolder
      case EACCES, EPERM, EROFS: .notPermitted
      case ENOSPC, EDQUOT: .noSpace
      case EPIPE: .closed
      case ENAMETOOLONG, ELOOP: .invalidPath
      default: .other(code)
      }
    self.init(reason, path: path)
  }
}
