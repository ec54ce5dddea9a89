// Everything that the engine asks of the world outside: clock, files, variables, streams, randomness.

/// Reads a file from its beginning to its end. Used by one task at a time.
public protocol FileReader: AnyObject {
  /// Fills as much of `buffer` as is at hand and returns the number of bytes; 0 only at the end
  /// (or when `buffer` is empty).
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(HostError) -> Int
  /// Lets go of the file early; a later read gives 0. Letting go of the reader does the same.
  func close()
}

/// Collects a file that appears whole on `commit()` or not at all; deinit without commit discards.
/// Used by one task at a time.
public protocol FileWriter: AnyObject {
  /// After an error the file is already discarded.
  func write(_ bytes: UnsafeRawBufferPointer) throws(HostError)
  /// Makes the file visible under its name. Nothing may be written afterwards.
  func commit() throws(HostError)
  /// Leaves no trace; does nothing after `commit()` or a second time.
  func discard()
}

/// What a program may reach. An implementation decides for itself what it grants and answers
/// ``HostError/Reason/denied(_:)`` to the rest.
public protocol Host: Sendable {
  /// Milliseconds since 1970, UTC.
  func now() -> Int64
  /// Nil when the variable is not set.
  func environmentVariable(_ name: String) throws(HostError) -> String?
  /// A folder is ``HostError/Reason/isFolder``.
  func openFile(_ path: String) throws(HostError) -> any FileReader
  /// What is piped into the program; a host counts it as reading.
  func standardInput() throws(HostError) -> any FileReader
  /// Nil when nothing is there; follows links.
  func fileStatus(_ path: String) throws(HostError) -> FileStatus?
  /// Sorted by the bytes of the names, without `.` and `..`.
  func folderEntries(_ path: String) throws(HostError) -> [FolderEntry]
  /// The file replaces one of the same name, at `commit()`.
  func createFile(_ path: String) throws(HostError) -> any FileWriter
  /// Room for what is too much to be held in memory. A host that does not implement it denies it.
  func makeTemporaryFile() throws(HostError) -> any TemporaryFile
  /// Where on this machine a path leads that may be read, for what looks at a folder by itself.
  ///
  /// A host that is not made of this machine's files denies it, which is what one does that does not implement it.
  func localPath(of path: String) throws(HostError) -> String
  /// Writes all of `bytes` to standard output; a reader that went away is ``HostError/Reason/closed``.
  func writeOutput(_ bytes: UnsafeRawBufferPointer) throws(HostError)
  /// Writes to standard error; there is nowhere to report a failure to.
  func writeDiagnostics(_ bytes: UnsafeRawBufferPointer)
  /// Nil when standard output is no terminal.
  var outputTerminal: TerminalSize? { get }
  /// From a generator fit for keys.
  func randomBytes(_ count: Int) -> [UInt8]
  /// The secret called `name` that the host keeps between runs; `make` is asked for it the first time.
  /// Two processes that start together end with the same one.
  func keptSecret(named name: String, make: () -> [UInt8]) throws(HostError) -> [UInt8]
  /// Puts another secret in place of the one called `name`. It is kept for good when this returns: a machine that stops at any
  /// instant has the old one or the new one. A host that does not implement it denies it.
  func replaceKeptSecret(named name: String, with secret: [UInt8]) throws(HostError)
  /// The secret called `name` where there is one. A host that does not implement it keeps none.
  func keptSecretIfAny(named name: String) throws(HostError) -> [UInt8]?
  /// Waits until nobody else has the lock of this name, in this process or another, and takes it; nil where the host has no locks,
  /// as one that does not implement it. ``HostError/Reason/tooLate`` where somebody has it for longer than `milliseconds`.
  func lockKeptSecret(named name: String, within milliseconds: Int64) async throws(HostError) -> KeptLock?
  /// What a program writes to its standard output, when it ends well. `words` are its name and its arguments, as they are: no
  /// shell looks at them. It reads nothing, and what it writes to standard error goes nowhere.
  ///
  /// More than `limit` bytes are `other(EFBIG)`; a program that takes longer than `milliseconds` is ended and
  /// ``HostError/Reason/tooLate``. A host that does not implement it denies it.
  func output(of words: [String], limit: Int, within milliseconds: Int64) throws(HostError) -> [UInt8]
}

extension Host {
  /// Denies it.
  public func localPath(of path: String) throws(HostError) -> String {
    throw HostError(.denied(.read), path: path)
  }

  /// Denies it.
  public func replaceKeptSecret(named name: String, with secret: [UInt8]) throws(HostError) {
    throw HostError(.denied(.write), path: name)
  }

  /// Keeps none.
  public func keptSecretIfAny(named name: String) throws(HostError) -> [UInt8]? { nil }

  /// Has no locks.
  public func lockKeptSecret(
    named name: String, within milliseconds: Int64
  ) async throws(HostError) -> KeptLock? { nil }

  /// Denies it.
  public func output(of words: [String], limit: Int, within milliseconds: Int64) throws(HostError) -> [UInt8]
  {
    throw HostError(.denied(.command), path: words.first)
  }

  /// Writes a text to standard output as UTF-8.
  public func writeOutput(_ text: String) throws(HostError) {
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBufferPointer { (pointer) throws(HostError) in
      try writeOutput(UnsafeRawBufferPointer(pointer))
    }
  }

  /// Writes a text to standard error as UTF-8.
  public func writeDiagnostics(_ text: String) {
    var text = text
    text.withUTF8 { writeDiagnostics(UnsafeRawBufferPointer($0)) }
  }

  /// The whole of a file, when it is no longer than `limit` bytes; else `other(EFBIG)`.
  public func contents(of path: String, limit: Int) throws(HostError) -> [UInt8] {
    let file = try openFile(path)
    defer { file.close() }
    return try file.remainder(limit: limit, path: path)
  }
}
