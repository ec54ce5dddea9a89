// The small values that pass between a program and its host.

/// One kind of access that a host grants or refuses as a whole.
public enum Capability: String, Sendable, CaseIterable {
  /// Reading files, folders and standard input.
  case read
  /// Making and replacing files.
  case write
  /// Reading environment variables.
  case env
  /// Running other programs.
  case command
  /// Reaching other machines.
  case net
}

/// What is at a path.
public enum FileKind: Sendable {
  /// A regular file.
  case file
  /// A folder.
  case folder
  /// A device, a pipe, a socket, or a link that leads nowhere.
  case other
}

/// What is known of a file without opening it.
public struct FileStatus: Sendable {
  /// What it is.
  public var kind: FileKind
  /// Bytes; 0 for what has no size.
  public var size: Int64
  /// Milliseconds since 1970, UTC.
  public var modified: Int64

  /// A status of these parts.
  public init(kind: FileKind, size: Int64, modified: Int64) {
    self.kind = kind
    self.size = size
    self.modified = modified
  }
}

/// What a folder holds under one name.
public struct FolderEntry: Sendable {
  /// As the file system gives it; it may not be UTF-8.
  public var name: [UInt8]
  /// For a symbolic link, the status of what it leads to.
  public var status: FileStatus
  /// True when the entry itself is a symbolic link, so that a walk can keep out of cycles.
  public var isLink: Bool

  /// An entry of these parts.
  public init(name: [UInt8], status: FileStatus, isLink: Bool = false) {
    self.name = name
    self.status = status
    self.isLink = isLink
  }
}

/// The size of a terminal, in character cells.
public struct TerminalSize: Sendable {
  /// Cells in a line.
  public var columns: Int
  /// Lines on the screen.
  public var rows: Int

  /// A size of these parts.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}
