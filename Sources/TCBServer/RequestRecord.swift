// The requests that a server has answered, kept within bounds: the last ones in memory, and all in a file.

import Glibc
import NIOCore
import NIOHTTP1
import Synchronization
import TCBInterface
import TCBService

/// Lines of ``RecordedRequest``. Thread-safe.
package final class RequestRecord: Sendable {
  /// Requests in memory.
  package static let kept = 1_000
  /// Tokens that are told apart.
  private static let numbered = 4_096

  private struct State: ~Copyable {
    var lines: [[UInt8]] = []
    /// Where the oldest line is, once there are as many as are kept.
    var oldest = 0
    var numbers: [String: Int] = [:]
    var file: Int32 = -1
    var written: Int64 = 0
  }

  private let state = Mutex(State())
  private let path: String?
  private let limit: Int64

  /// `path` is a file that lines are added to once it is open; one that would get larger than `limit` bytes becomes `path.1`, in
  /// place of the one of that name.
  package init(path: String? = nil, limit: Int64 = 64 << 20) {
    self.path = path
    self.limit = limit
  }

  /// Throws what keeps the file from being written.
  package func open() throws(ServerError) {
    guard let path else { return }
    let (file, size) = try Self.opened(path)
    state.withLock {
      $0.file = file
      $0.written = size
    }
  }

  /// Whether there is a file that it is to be in.
  var isWritten: Bool { path != nil }

  /// Goes on in the file that has the name now, for who has moved the one before away; false where no file is written. Where none
  /// can be opened it goes on in the one before.
  func reopen() throws(ServerError) -> Bool {
    guard let path else { return false }
    let (file, size) = try Self.opened(path)
    state.withLock {
      if $0.file >= 0 { close($0.file) }
      $0.file = file
      $0.written = size
    }
    return true
  }

  deinit {
    state.withLock { if $0.file >= 0 { Glibc.close($0.file) } }
  }

  private static func opened(_ path: String) throws(ServerError) -> (Int32, Int64) {
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    var status = stat()
    guard file >= 0, fstat(file, &status) == 0 else {
      throw ServerError("cannot write `\(path)`: \(String(cString: strerror(errno)))")
    }
    return (file, Int64(status.st_size))
  }

  package func note(_ request: ServerRequest, _ answer: ServerAnswer, sent: Int64, microseconds: Int64) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let recorded = RecordedRequest(
      time: Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000, id: request.id,
      method: request.method.rawValue, path: request.path, query: request.query,
      body: Array(request.body.readableBytesView), status: answer.status, errorCode: answer.errorCode,
      bytes: sent, microseconds: microseconds, faults: answer.faults)
    state.withLock { state in
      let line = recorded.line { token in
        if let number = state.numbers[token] { return number }
        guard state.numbers.count < Self.numbered else { return nil }
        state.numbers[token] = state.numbers.count + 1
        return state.numbers.count
      }
      Self.keep(line, &state)
      write(line, &state)
    }
  }

  private static func keep(_ line: [UInt8], _ state: inout State) {
    guard state.lines.count == kept else { return state.lines.append(line) }
    state.lines[state.oldest] = line
    state.oldest = (state.oldest + 1) % kept
  }

  /// A record that cannot be written is no reason to stop serving; what was lost is missing from the file alone.
  private func write(_ line: [UInt8], _ state: inout State) {
    guard let path, state.file >= 0 else { return }
    let line = line + [UInt8(ascii: "\n")]
    if state.written + Int64(line.count) > limit, state.written > 0 {
      close(state.file)
      rename(path, path + ".1")
      let next = try? Self.opened(path)
      state.file = next?.0 ?? -1
      state.written = next?.1 ?? 0
      guard state.file >= 0 else { return }
    }
    let count = line.withUnsafeBytes { Glibc.write(state.file, $0.baseAddress, $0.count) }
    if count > 0 { state.written += Int64(count) }
  }

  /// The lines in memory, the oldest first, at most so many of the last.
  package func last(_ count: Int) -> [[UInt8]] {
    state.withLock { state in
      let all = state.lines[state.oldest...] + state.lines[..<state.oldest]
      return Array(all.suffix(max(0, count)))
    }
  }

  package func clear() {
    state.withLock {
      $0.lines = []
      $0.oldest = 0
    }
  }
}

extension AdminRoute {
  /// `GET /admin/requests`: the last requests, `?limit=N` of them; `DELETE` forgets them, those of the file aside.
  package static func requests(of record: RequestRecord) -> [AdminRoute] {
    [
      AdminRoute("GET", "requests") { call in
        var limit = RequestRecord.kept
        if let text = Query.value("limit", in: call.query) {
          guard let number = Int(text), number > 0 else {
            return .refused(400, "`limit` is a whole number from 1 on")
          }
          limit = number
        }
        let lines = record.last(limit)
        return AdminAnswer(
          body: Array("{\"requests\":[".utf8) + Array(lines.joined(separator: [UInt8(ascii: ",")]))
            + Array("]}".utf8))
      },
      AdminRoute("DELETE", "requests") { _ in
        record.clear()
        return .done
      },
    ]
  }
}
