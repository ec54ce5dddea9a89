// A request whose files lie in one buffer, for callers that send thousands of them: no text is made for a file.

import TCBText

/// A call for files of one environment. What it means is what the ``LinkRequest`` of the same files means.
package struct PackedRequest: Sendable {
  package let environment: String
  /// UTF-8: the ids, one behind the other.
  private var ids: [UInt8] = []
  private var ends: [Int32] = []
  /// Seconds, for each file.
  package private(set) var maxAges: [Int64] = []

  package init(environment: String, capacity: Int = 0) {
    self.environment = environment
    ends.reserveCapacity(capacity)
    maxAges.reserveCapacity(capacity)
    ids.reserveCapacity(capacity * 80)
  }

  package init(_ request: LinkRequest) {
    self.init(environment: request.environment, capacity: request.files.count)
    for file in request.files {
      var id = file.fileID
      id.withUTF8 { append(UnsafeRawBufferPointer($0), maxAge: file.maxAge) }
    }
  }

  package var count: Int { maxAges.count }

  /// `id` is UTF-8; whoever made it has checked that.
  package mutating func append(_ id: UnsafeRawBufferPointer, maxAge: Int64) {
    ids.append(contentsOf: id)
    ends.append(Int32(truncatingIfNeeded: ids.count))
    maxAges.append(maxAge)
  }

  /// The bytes of a file's id; they must not outlive the call.
  package func withID<Result>(_ file: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    ids.withUnsafeBytes { all in
      body(UnsafeRawBufferPointer(rebasing: all[start(of: file)..<Int(ends[file])]))
    }
  }

  /// The same as a span.
  package func withSpan<Result, Failure: Error>(
    of file: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(ids.span.extracting(start(of: file)..<Int(ends[file])))
  }

  private func start(of file: Int) -> Int { file == 0 ? 0 : Int(ends[file - 1]) }

  /// The given files, in the given order.
  package func selecting(_ files: some Collection<Int>) -> PackedRequest {
    var part = PackedRequest(environment: environment, capacity: files.count)
    for file in files { withID(file) { part.append($0, maxAge: maxAges[file]) } }
    return part
  }

  package var request: LinkRequest {
    LinkRequest(
      environment: environment,
      files: (0..<count).map { file in
        RequestedFile(fileID: withID(file) { String(decoding: $0, as: UTF8.self) }, maxAge: maxAges[file])
      })
  }

  /// The JSON of ``LinkRequest/encoded()``.
  package func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + ids.count + count * 48)
    bytes.append("{\"env\":")
    bytes.append(quoted: environment)
    bytes.append(",\"file_list\":[")
    ids.withUnsafeBytes { ids in
      for file in 0..<count {
        bytes.append(file > 0 ? ",{\"fileid\":" : "{\"fileid\":")
        let id = UnsafeRawBufferPointer(rebasing: ids[start(of: file)..<Int(ends[file])])
        bytes.append(quoted: id.assumingMemoryBound(to: UInt8.self).span)
        bytes.append(",\"max_age\":")
        bytes.append(decimal: maxAges[file])
        bytes.append(Byte.closeBrace)
      }
    }
    bytes.append("]}")
    return bytes
  }
}
