// A window onto a file: blocks are read behind what is not consumed yet.
import Glibc
import TCBHost

/// The window's bytes stay where they are until the next `fill()`.
final class InputBuffer {
  private let file: any FileReader
  // INVARIANT: 0 <= start <= end <= storage.count.
  private var storage: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private(set) var isAtEnd = false

  init(_ file: any FileReader, blockSize: Int = 256 * 1024) {
    self.file = file
    storage = .allocate(byteCount: max(16, blockSize), alignment: 16)
  }

  deinit {
    file.close()
    storage.deallocate()
  }

  /// What was read and not consumed.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }

  func consume(_ count: Int) { start = min(end, start + max(0, count)) }

  /// Reads at least one byte more, or comes to the end.
  func fill() throws(HostError) {
    guard !isAtEnd else { return }
    if start == end {
      start = 0
      end = 0
    } else if end == storage.count {
      makeRoom()
    }
    let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
    end = min(storage.count, end + max(0, count))
    if count <= 0 {
      isAtEnd = true
      file.close()
    }
  }

  private func makeRoom() {
    let window = bytes
    if window.count <= storage.count / 2 {
      storage.copyMemory(from: window)
    } else {
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: storage.count * 2, alignment: 16)
      larger.copyMemory(from: window)
      storage.deallocate()
      storage = larger
    }
    start = 0
    end = window.count
  }
}

extension UnsafeRawBufferPointer {
  /// Where `byte` first is, from `position` on.
  @inline(__always)
  func first(_ byte: UInt8, from position: Int = 0) -> Int? {
    guard let base = baseAddress, position < count,
      let hit = memchr(base + position, Int32(byte), count - position)
    else { return nil }
    return UnsafeRawPointer(hit) - base
  }

  /// Whether the bytes are well-formed UTF-8.
  var isUTF8: Bool {
    var position = 0
    var high: UInt64 = 0
    while position + 8 <= count {
      high |= loadUnaligned(fromByteOffset: position, as: UInt64.self)
      position += 8
    }
    while position < count {
      high |= UInt64(self[position])
      position += 1
    }
    if high & 0x8080_8080_8080_8080 == 0 { return true }
    return withMemoryRebound(to: UInt8.self) { bytes in
      do {
        _ = try UTF8Span(validating: bytes.span)
        return true
      } catch {
        return false
      }
    }
  }

  /// Without the carriage return that stands before a newline in files from Windows.
  @inline(__always)
  var withoutReturn: UnsafeRawBufferPointer {
    last == UInt8(ascii: "\r") ? UnsafeRawBufferPointer(rebasing: dropLast()) : self
  }
}
