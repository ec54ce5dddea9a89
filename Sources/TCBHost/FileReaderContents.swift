// Reading what is left of a file in one go, within a bound.
import Glibc

extension FileReader {
  /// All bytes up to the end, when there are no more than `limit`; else `other(EFBIG)`.
  public func remainder(limit: Int, path: String? = nil) throws(HostError) -> [UInt8] {
    var bytes: [UInt8] = []
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    defer { block.deallocate() }
    while true {
      let count = try read(into: block)
      if count == 0 { return bytes }
      guard count <= limit - bytes.count else { throw HostError(.other(EFBIG), path: path) }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: block[..<count]))
    }
  }
}
