// The host of a program that is given nothing; an embedding program starts from here.

/// Grants nothing but the clock, which gives no access to anything. Output goes nowhere.
public struct NoHost: Host {
  private let clock = SystemClock()

  /// A host to start from.
  public init() {}

  public func now() -> Int64 { clock.now() }

  public func environmentVariable(_ name: String) throws(HostError) -> String? {
    throw HostError(.denied(.env))
  }

  public func openFile(_ path: String) throws(HostError) -> any FileReader {
    throw HostError(.denied(.read), path: path)
  }

  /// Denied.
  public func standardInput() throws(HostError) -> any FileReader { throw HostError(.denied(.read)) }

  public func fileStatus(_ path: String) throws(HostError) -> FileStatus? {
    throw HostError(.denied(.read), path: path)
  }

  public func folderEntries(_ path: String) throws(HostError) -> [FolderEntry] {
    throw HostError(.denied(.read), path: path)
  }

  public func createFile(_ path: String) throws(HostError) -> any FileWriter {
    throw HostError(.denied(.write), path: path)
  }

  public func writeOutput(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    throw HostError(.denied(.write))
  }

  public func writeDiagnostics(_ bytes: UnsafeRawBufferPointer) {}

  public var outputTerminal: TerminalSize? { nil }

  /// Randomness gives no access either; jitter and keys need it.
  public func randomBytes(_ count: Int) -> [UInt8] { SystemRandomness.bytes(count) }

  public func keptSecret(named name: String, make: () -> [UInt8]) throws(HostError) -> [UInt8] {
    throw HostError(.denied(.write))
  }
}
