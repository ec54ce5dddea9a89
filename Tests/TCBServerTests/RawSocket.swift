// A connection whose bytes a test sends and sees one by one.

import Glibc
import Testing

struct SocketTrouble: Error {
  let number: Int32
}

/// To a server on this machine; closed at its end. Reads wait for at most two minutes, which only a server that
/// hangs makes them do.
final class RawSocket: Sendable {
  private let descriptor: Int32

  /// `address` is `http://127.0.0.1:PORT`.
  init(_ address: String) throws {
    let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var patience = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let connected = withUnsafePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw SocketTrouble(number: errno) }
  }

  deinit { close(descriptor) }

  /// False once the other side has closed.
  @discardableResult
  func send(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// What comes next; nil at the end. Throws what kept it from coming, a reset among others.
  func receive(atMost count: Int = 65536) throws -> String? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = recv(descriptor, &bytes, count, 0)
    guard got >= 0 else { throw SocketTrouble(number: errno) }
    return got == 0 ? nil : String(decoding: bytes[..<got], as: UTF8.self)
  }

  /// All there is until the other side closes.
  func receiveAll() throws -> String {
    var text = ""
    while let more = try receive() { text += more }
    return text
  }

  /// One answer whose body has the length its head tells.
  func receiveAnswer() throws -> String {
    var text = ""
    while let more = try receive() {
      text += more
      guard let end = text.firstRange(of: "\r\n\r\n"), let length = text.firstRange(of: "Content-Length: ")
      else {
        continue
      }
      let count = Int(text[length.upperBound...].prefix { $0.isNumber }) ?? 0
      if text[end.upperBound...].utf8.count >= count { break }
    }
    return text
  }

  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}
