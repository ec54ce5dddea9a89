// What a caller can do to a server over a socket, and what the server does about it.

import Glibc
import TCBInterface
import TCBServer
import TCBService
import Testing

@Suite struct ConnectionTests {
  private static let call = "POST /tcb/batchdownloadfile HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"

  /// With one time that is short, so that a test which is slow to send runs into no other.
  private static func limits(_ time: WritableKeyPath<ServerSettings.Limits, Duration>)
    -> ServerSettings.Limits
  {
    var limits = ServerSettings.Limits()
    (limits.headTime, limits.bodyTime, limits.idleTime) = (.seconds(120), .seconds(120), .seconds(120))
    limits[keyPath: time] = .milliseconds(300)
    return limits
  }

  @Test func `requests sent at once are answered in their order on one connection`() async throws {
    try await serving { (address, _) async throws in
      let socket = try RawSocket(address)
      socket.send(
        Self.call + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + Self.call
          + "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let text = try socket.receiveAll()
      let marks = ["41001", "\r\n\r\nok\n", "41001", "404 Not Found"]
      var rest = text[...]
      for mark in marks {
        let found = try #require(rest.firstRange(of: mark), "\(mark) in \(text)")
        rest = rest[found.upperBound...]
      }
      #expect(text.components(of: "X-Request-Id: ").count == 5)
      #expect(Set(text.components(of: "X-Request-Id: ").dropFirst().map { $0.prefix(26) }).count == 4)
    }
  }

  @Test(arguments: ["", "GET /healthz", "GET /healthz HTTP/1.1\r\nA: b\r\n"])
  func `a head that does not end in time is cut off`(start: String) async throws {
    try await serving(limits: Self.limits(\.headTime)) { (address, _) async throws in
      let socket = try RawSocket(address)
      socket.send(start)
      // Bytes that keep coming win no time: far fewer than there is room for are taken.
      var sent = 0
      while sent < 20_000, !start.isEmpty, socket.send("a") {
        sent += 1
        usleep(50_000)
      }
      let text = (try? socket.receiveAll()) ?? ""
      #expect(start.isEmpty ? text.isEmpty : text.hasPrefix("HTTP/1.1 408 "), "\(text)")
      #expect(sent < 20_000)
    }
  }

  @Test func `a body that does not end in time is cut off`() async throws {
    try await serving(limits: Self.limits(\.bodyTime)) { (address, _) async throws in
      let socket = try RawSocket(address)
      socket.send("POST /tcb/batchdownloadfile HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
      let text = try socket.receiveAll()
      #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"), "\(text)")
    }
  }

  @Test func `a connection without a request is closed in the end`() async throws {
    try await serving(limits: Self.limits(\.idleTime)) { (address, _) async throws in
      let socket = try RawSocket(address)
      socket.send(Self.call)
      #expect(try socket.receiveAnswer().hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(try socket.receive() == nil)
    }
  }

  @Test func `a head that is too large is refused`() async throws {
    try await serving { (address, _) async throws in
      for text in [
        "GET /" + String(repeating: "a", count: 64 << 10),
        "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 64 << 10),
        "GET / HTTP/1.1\r\n" + (0...200).map { "A\($0): b\r\n" }.joined() + "\r\n",
      ] {
        let socket = try RawSocket(address)
        socket.send(text)
        #expect(try socket.receive()?.hasPrefix("HTTP/1.1 431 ") == true, "\(text.prefix(20))")
      }
    }
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "GET /healthz HTTP/1.1\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "GET /healthz HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}",
  ])
  func `what is no request is refused and nothing after it is read`(text: String) async throws {
    try await serving { (address, _) async throws in
      let socket = try RawSocket(address)
      socket.send(text + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = (try? socket.receiveAll()) ?? ""
      #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(answer)")
      #expect(!answer.contains("ok\n"))
      let reasons = ["what came is no request of HTTP/1.1 (", "a request has one header `Host`\n"]
      #expect(reasons.contains { answer.contains("\r\n\r\n\($0)") }, "\(answer)")
    }
  }

  @Test func `a body that is too large is refused before it is sent and while it is`() async throws {
    try await serving { (address, _) async throws in
      let told = try RawSocket(address)
      told.send(
        "POST /tcb/batchdownloadfile HTTP/1.1\r\nHost: x\r\nContent-Length: \(RawCall.maximumBody + 1)\r\n\r\n"
      )
      #expect(try told.receive()?.hasPrefix("HTTP/1.1 413 ") == true)
      let chunked = try RawSocket(address)
      chunked.send("POST /tcb/batchdownloadfile HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      let piece = String(repeating: " ", count: 0x10000)
      for _ in 0...(RawCall.maximumBody >> 16) { chunked.send("10000\r\n\(piece)\r\n") }
      #expect(try chunked.receive()?.hasPrefix("HTTP/1.1 413 ") == true)
    }
  }

  @Test func `one connection more than there is room for is told so`() async throws {
    var limits = ServerSettings.Limits()
    limits.connections = 2
    try await serving(limits: limits) { (address, _) async throws in
      var sockets: [RawSocket] = []
      for _ in 0..<2 {
        sockets.append(try RawSocket(address))
        sockets.last?.send(Self.call)
        #expect(try sockets.last?.receiveAnswer().hasPrefix("HTTP/1.1 200 OK") == true)
      }
      #expect(try RawSocket(address).receiveAll().hasPrefix("HTTP/1.1 503 "))
      sockets.removeFirst()
      var text = ""
      for _ in 0..<3_000 where !text.hasPrefix("HTTP/1.1 200 OK") {
        let socket = try RawSocket(address)
        socket.send(Self.call)
        text = (try? socket.receiveAnswer()) ?? ""
        usleep(20_000)
      }
      #expect(text.hasPrefix("HTTP/1.1 200 OK"))
    }
  }

  @Test func `old clients, expectations and targets with a host are understood`() async throws {
    try await serving { (address, _) async throws in
      let old = try RawSocket(address)
      old.send("GET /healthz HTTP/1.0\r\n\r\n")
      #expect(try old.receiveAll().contains("Connection: close\r\n"))
      let expecting = try RawSocket(address)
      expecting.send(
        "POST /tcb/batchdownloadfile HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
      )
      #expect(try expecting.receive() == "HTTP/1.1 100 Continue\r\n\r\n")
      expecting.send("{}")
      #expect(try expecting.receiveAnswer().contains("41001"))
      // HTTP/1.0 knows no interim answers.
      let oldExpecting = try RawSocket(address)
      oldExpecting.send(
        "POST /tcb/batchdownloadfile HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")
      let answer = try oldExpecting.receiveAll()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("41001"))
      let absolute = try RawSocket(address)
      absolute.send("GET http://652d-E-1-7.tcb.qcloud.la.:80/digits.txt?a=b HTTP/1.1\r\nHost: y\r\n\r\n")
      #expect(try absolute.receiveAnswer().contains("CDN_SIGNATURE_MISSING"))
      let half = try RawSocket(address)
      half.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
      half.finishSending()
      #expect(try half.receiveAll().hasSuffix("ok\n"))
    }
  }
}

extension String {
  fileprivate func components(of separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
