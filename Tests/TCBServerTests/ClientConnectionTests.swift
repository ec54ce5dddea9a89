// The client's connections: kept while they are good, never used for two requests at once, and given up with what was on them.

import NIOCore
import TCBClient
import TCBService
import Testing

// One at a time, since other tests keep threads that tasks need.
@Suite(.serialized) struct ClientConnectionTests {
  private func get(_ port: Int, _ resource: String = "/", patience: Int64? = nil)
    async throws(LinkServiceError)
    -> HTTPReply
  {
    var call = HTTPCall(method: "GET", url: "http://127.0.0.1:\(port)\(resource)")
    call.patience = patience
    return try await SocketTransport(proxies: Proxies { _ in nil }).send(call)
  }

  private func ok(_ head: String = "", body: String = "{}") -> String {
    "HTTP/1.1 200 OK\r\n\(head)content-length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test func `one request after the other goes over one connection`() async throws {
    let server = ScriptedServer { [text = ok()] _ in .init(text: text) }
    try await server.run { (port) async throws in
      for _ in 0..<5 { #expect(try await get(port).status == 200) }
      #expect(server.connections == 1 && server.requests.count == 5)
    }
  }

  @Test func `a request says what it is, and nothing else`() async throws {
    let server = ScriptedServer { [text = ok()] _ in .init(text: text) }
    try await server.run { (port) async throws in
      _ = try await get(port, "/a/b?c=%20d")
      let call = HTTPCall(method: "POST", url: "http://127.0.0.1:\(port)", body: Array(#"{"a":1}"#.utf8))
      _ = try await SocketTransport(proxies: Proxies { _ in nil }).send(call)
      #expect(
        server.requests == [
          "GET /a/b?c=%20d HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\naccept: application/json\r\n"
            + "accept-encoding: gzip, deflate\r\n\r\n",
          "POST / HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\naccept: application/json\r\n"
            + "accept-encoding: gzip, deflate\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n"
            + #"{"a":1}"#,
        ])
    }
  }

  @Test func `what the other side wants closed is closed`() async throws {
    let server = ScriptedServer { [text = ok("connection: close\r\n")] _ in .init(text: text) }
    try await server.run { (port) async throws in
      for _ in 0..<3 { #expect(try await get(port).status == 200) }
      #expect(server.connections == 3)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\n{\"a\":1}", "HTTP/1.0 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}",
  ])
  func `an answer ends where HTTP says that it does`(text: String) async throws {
    let server = ScriptedServer { _ in .init(text: text, closes: true) }
    try await server.run { (port) async throws in
      #expect(try await String(decoding: get(port).body, as: UTF8.self) == #"{"a":1}"#)
    }
  }

  @Test(arguments: [
    ("", "the connection was closed before the answer had come"),
    ("HTTP/1.1 200 OK\r\ncontent-le", "the connection was closed before the answer had come"),
    (
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"a\"",
      "the connection was closed before the answer had come"
    ),
    (
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n",
      "the connection was closed before the answer had come"
    ),
    ("SSH-2.0-OpenSSH\r\n", "what came is not HTTP"),
    ("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n", "the answer is longer than 8 MiB"),
  ])
  func `an answer that is none fails the call alone`(text: String, message: String) async throws {
    let server = ScriptedServer { [good = ok()] request in
      request.hasPrefix("GET /bad") ? .init(text: text, closes: true) : .init(text: good)
    }
    try await server.run { (port) async throws in
      #expect(try await get(port).status == 200)
      await #expect(throws: LinkServiceError.unreachable(message)) { try await get(port, "/bad") }
      #expect(try await get(port).status == 200)
    }
  }

  @Test func `an answer to nothing costs the connection and no call`() async throws {
    let server = ScriptedServer { [text = ok()] _ in .init(text: text + text) }
    try await server.run { (port) async throws in
      for _ in 0..<3 { #expect(try await get(port).status == 200) }
    }
  }

  @Test func `no redirection is followed`() async throws {
    let server = ScriptedServer { _ in
      .init(text: "HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n")
    }
    try await server.run { (port) async throws in
      #expect(try await get(port).status == 302)
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a call that is given up takes its connection along`() async throws {
    let server = ScriptedServer { [text = ok(), late = ok(body: "late")] request in
      request.hasPrefix("GET /late") ? .init(text: late, delay: 60_000) : .init(text: text)
    }
    try await server.run { (port) async throws in
      await #expect(throws: LinkServiceError.timedOut) { try await get(port, "/late", patience: 50) }
      #expect(try await get(port).body == Array("{}".utf8))
      let before = server.requests.count
      let waiting = Task { () async -> LinkServiceError? in
        do throws(LinkServiceError) { _ = try await get(port, "/late") } catch { return error }
        return nil
      }
      while server.requests.count == before { try await Task.sleep(for: .milliseconds(5)) }
      waiting.cancel()
      #expect(await waiting.value == .cancelled)
      #expect(try await get(port).body == Array("{}".utf8))
    }
  }

  @Test func `what there is no connection for waits for one`() async throws {
    let server = ScriptedServer { [text = ok()] _ in .init(text: text, delay: 20) }
    try await server.run { (port) async throws in
      let count = 300
      let answered = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<count { group.addTask { (try? await get(port).status) == 200 } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(answered == count)
      #expect(server.mostOpen <= 256)
    }
  }

  @Test(arguments: [
    "ftp://127.0.0.1/", "127.0.0.1", "http://", "http://:80/", "http://me@127.0.0.1/", "http://127.0.0.1:0/",
    "http://127.0.0.1:99999/", "http://127.0.0.1:1x/", "http://[::1/", "http://[::1]x/",
    "http://127.0.0.1/a b", "http://127.0.0.1/\r\nx: y",
  ])
  func `what is no address is not asked`(url: String) async throws {
    await #expect(throws: LinkServiceError.unreachable("its address is none")) {
      try await SocketTransport(proxies: Proxies { _ in nil }).send(HTTPCall(method: "GET", url: url))
    }
  }
}
