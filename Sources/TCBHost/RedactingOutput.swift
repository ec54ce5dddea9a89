// Streams from which secrets are taken out, also where a secret is split over two writes.

/// Passes bytes on with every secret masked. The end of a write that could be a secret's beginning
/// waits for the next one: at most the longest secret's length less one byte.
package final class RedactingOutput {
  private let secrets: SecretRegistry
  private let pass: (UnsafeRawBufferPointer) throws(HostError) -> Void
  private var held: [UInt8] = []
  // How many of the held bytes belong to a run whose mask was passed on already.
  private var covered = 0

  package init(
    _ secrets: SecretRegistry, to pass: @escaping (UnsafeRawBufferPointer) throws(HostError) -> Void
  ) {
    self.secrets = secrets
    self.pass = pass
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    if held.isEmpty {
      if secrets.isEmpty { return try pass(bytes) }
      return try process(bytes, forms: secrets.all)
    }
    let whole = held + Array(bytes)
    held.removeAll(keepingCapacity: true)
    try whole.withUnsafeBufferPointer { (pointer) throws(HostError) in
      try process(UnsafeRawBufferPointer(pointer), forms: secrets.all)
    }
  }

  /// Passes on what was held back. To be called where the stream ends or a reader waits for it.
  package func flush() throws(HostError) {
    guard !held.isEmpty else { return }
    let rest = held
    held.removeAll()
    // A short secret inside the beginning of a longer one is masked only now.
    try rest.withUnsafeBufferPointer { (pointer) throws(HostError) in
      try process(UnsafeRawBufferPointer(pointer), forms: secrets.all, isLast: true)
    }
  }

  private func process(
    _ bytes: UnsafeRawBufferPointer, forms: [[UInt8]], isLast: Bool = false
  ) throws(HostError) {
    let before = covered
    let runs = SecretSearch.runs(of: forms, in: bytes, coveredBefore: before)
    let hold = isLast ? bytes.count : SecretSearch.possibleStart(of: forms, in: bytes)
    held.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[hold...]))
    // INVARIANT: a run that begins before `hold` and reaches past it is masked now, and what it covers
    // of the held bytes is remembered.
    let reaching = runs.last { $0.lowerBound < hold || (before > 0 && $0.lowerBound == 0) }
    covered = max(0, (reaching?.upperBound ?? 0) - hold)
    let ready = UnsafeRawBufferPointer(rebasing: bytes[..<hold])
    if runs.isEmpty { return ready.isEmpty ? () : try pass(ready) }
    var output: [UInt8] = []
    SecretSearch.copy(ready, masking: runs, coveredBefore: before, to: &output)
    try output.withUnsafeBufferPointer { (pointer) throws(HostError) in
      if pointer.count > 0 { try pass(UnsafeRawBufferPointer(pointer)) }
    }
  }
}

/// A file from which secrets are kept out.
package final class RedactingWriter: FileWriter {
  private let file: any FileWriter
  private let output: RedactingOutput

  package init(_ file: any FileWriter, secrets: SecretRegistry) {
    self.file = file
    self.output = RedactingOutput(secrets) { (bytes) throws(HostError) in try file.write(bytes) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(HostError) { try output.write(bytes) }

  package func commit() throws(HostError) {
    try output.flush()
    try file.commit()
  }

  package func discard() { file.discard() }
}
