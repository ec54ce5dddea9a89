// Where a sink's bytes go: a file that appears at the end, or a stream; behind one buffer.
import TCBHost

/// After an error the file is discarded and nothing more is taken.
package final class ByteOutput {
  private enum Target {
    case file(any FileWriter)
    case stream(RedactingOutput)
    case nothing
  }

  private static let blockSize = 64 * 1024

  private var target: Target
  private var text: [UInt8] = []

  package init(_ file: any FileWriter, secrets: SecretRegistry = SecretRegistry()) {
    target = .file(RedactingWriter(file, secrets: secrets))
  }

  /// Standard output.
  package init(standardOutputOf host: any Host, secrets: SecretRegistry = SecretRegistry()) {
    target = .stream(
      RedactingOutput(secrets) { (bytes) throws(HostError) in try host.writeOutput(bytes) })
  }

  /// Lets `fill` append to the buffer, and passes it on when it is full.
  package func append(_ fill: (inout [UInt8]) throws(ExportError) -> Void) throws(ExportError) {
    // Taken out, so that it is held once and grows in place.
    var filled: [UInt8] = []
    swap(&filled, &text)
    do throws(ExportError) {
      try fill(&filled)
      if filled.count >= ByteOutput.blockSize { try pass(&filled) }
    } catch {
      discard()
      throw error
    }
    text = filled
  }

  /// Passes everything on and makes a file appear.
  package func finish() throws(ExportError) {
    var rest: [UInt8] = []
    swap(&rest, &text)
    do throws(ExportError) {
      try pass(&rest)
      try complete()
    } catch {
      discard()
      throw error
    }
    target = .nothing
  }

  /// Leaves no file. What a stream was given is gone.
  package func discard() {
    if case .file(let file) = target { file.discard() }
    target = .nothing
    text = []
  }

  private func pass(_ bytes: inout [UInt8]) throws(ExportError) {
    do throws(HostError) {
      try bytes.withUnsafeBufferPointer { (pointer) throws(HostError) in
        switch target {
        case .file(let file): try file.write(UnsafeRawBufferPointer(pointer))
        case .stream(let stream):
          if pointer.count > 0 { try stream.write(UnsafeRawBufferPointer(pointer)) }
        case .nothing: throw HostError(.closed)
        }
      }
    } catch {
      throw ExportError(.host(error))
    }
    bytes.removeAll(keepingCapacity: true)
  }

  private func complete() throws(ExportError) {
    do throws(HostError) {
      switch target {
      case .file(let file): try file.commit()
      case .stream(let stream): try stream.flush()
      case .nothing: throw HostError(.closed)
      }
    } catch {
      throw ExportError(.host(error))
    }
  }
}

extension [UInt8] {
  @inline(__always)
  mutating func append(_ scalar: Unicode.Scalar) { append(UInt8(ascii: scalar)) }

  @inline(__always)
  mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
