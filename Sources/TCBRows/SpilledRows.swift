// Rows outside of memory: what there is too much of to be held is written to a temporary file and read back where it is wanted.
import Glibc
import TCBHost

/// How much of the rows that are kept is held in memory, and where the rest goes.
package struct RowRoom: Sendable {
  /// Bytes, about.
  package var bound: Int
  package var makeFile: @Sendable () throws(HostError) -> any TemporaryFile

  package init(bound: Int, makeFile: @escaping @Sendable () throws(HostError) -> any TemporaryFile) {
    self.bound = max(1, bound)
    self.makeFile = makeFile
  }
}

/// A temporary file that batches are added to.
package final class SpillFile {
  private let file: any TemporaryFile
  private var end = 0

  /// Throws ``RowError/Reason/noRoom(_:)``.
  package init(in room: RowRoom) throws(RowError) {
    do throws(HostError) { file = try room.makeFile() } catch {
      throw RowError(.noRoom(error), source: "rows")
    }
  }

  package func store(_ batch: RowBatch) throws(RowError) -> SpilledBatch {
    var bytes: [UInt8] = []
    batch.encode(to: &bytes)
    do throws(HostError) {
      try bytes.withUnsafeBufferPointer { (bytes) throws(HostError) in
        try file.append(UnsafeRawBufferPointer(bytes))
      }
    } catch {
      throw RowError(.noRoom(error), source: "rows")
    }
    defer { end += bytes.count }
    return SpilledBatch(file: file, offset: end, length: bytes.count, count: batch.count)
  }
}

/// A batch in a temporary file, which it keeps.
package struct SpilledBatch: Sendable {
  fileprivate let file: any TemporaryFile
  fileprivate let offset: Int
  fileprivate let length: Int
  package let count: Int

  package func load() throws(RowError) -> RowBatch {
    var bytes = [UInt8](repeating: 0, count: length)
    do throws(HostError) {
      try bytes.withUnsafeMutableBufferPointer { (bytes) throws(HostError) in
        try file.read(at: offset, into: UnsafeMutableRawBufferPointer(bytes))
      }
    } catch {
      throw RowError(.noRoom(error), source: "rows")
    }
    guard let batch = RowBatch(decoding: bytes), batch.count == count else {
      throw RowError(.noRoom(HostError(.other(EIO))), source: "rows")
    }
    return batch
  }
}
