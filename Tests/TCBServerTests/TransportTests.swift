// The client's sockets: whom it trusts, how long it waits, how much it takes.

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import TCBClient
import TCBServer
import TCBService
import Testing

/// Answers every connection with the same bytes, and gives the port while the body runs.
private func answering(_ bytes: [UInt8], _ body: (_ address: String) async throws -> Void) async throws {
  final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
    }
  }
  let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answer(bytes)) }
    }
    .bind(host: "127.0.0.1", port: 0).get()
  do {
    try await body("http://127.0.0.1:\(server.localAddress?.port ?? 0)/")
  } catch {
    try await server.close()
    throw error
  }
  try await server.close()
}

@Suite struct TransportTests {
  private func head(_ lines: String..., body: [UInt8]) -> [UInt8] {
    Array(
      (["HTTP/1.1 200 OK"] + lines + ["content-length: \(body.count)", "", ""]).joined(separator: "\r\n").utf8
    )
      + body
  }

  private func send(_ address: String, patience: Int64? = nil) async throws(LinkServiceError) -> HTTPReply {
    var call = HTTPCall(method: "GET", url: address)
    call.patience = patience
    return try await SocketTransport().send(call)
  }

  @Test func `an answer that is packed is unpacked, up to a bound`() async throws {
    let small = try SystemPrograms.output("printf '{\"errcode\":0}' | gzip -c")
    try await answering(head("content-encoding: gzip", body: small)) { (address) async throws in
      #expect(try await String(decoding: send(address).body, as: UTF8.self) == #"{"errcode":0}"#)
    }
    // 64 MiB in 64 KiB.
    let bomb = try SystemPrograms.output("head -c 64M /dev/zero | gzip -9c")
    #expect(bomb.count < 100_000)
    try await answering(head("content-encoding: gzip", body: bomb)) { (address) async throws in
      await #expect(throws: LinkServiceError.self) { try await send(address) }
    }
    let large = [UInt8](repeating: 0x20, count: SocketTransport.largestAnswer + 1)
    try await answering(head(body: large)) { (address) async throws in
      await #expect(throws: LinkServiceError.unreachable("the answer is longer than 8 MiB")) {
        try await send(address)
      }
    }
  }

  @Test func `a call is given up after its own time`() async throws {
    try await answering(Array("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab".utf8)) {
      (address) async throws in
      await #expect(throws: LinkServiceError.timedOut) { try await send(address, patience: 100) }
    }
  }

  @Test func `what the head says of a pause is handed on`() async throws {
    try await answering(
      head("Retry-After: 7", "Date: Sun, 06 Nov 1994 08:49:37 GMT", body: [])
    ) { (address) async throws in
      let reply = try await send(address)
      #expect(reply.retryAfter == "7" && reply.date == "Sun, 06 Nov 1994 08:49:37 GMT")
      #expect(reply.pause == 7_000)
    }
  }

  @Test func `a private authority is trusted where it is named, and anybody where that is said`() async throws
  {
    var name = Array("/tmp/tcbsh-trust-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    defer {
      for name in ["certificate.pem", "key.pem"] { unlink(folder + "/" + name) }
      rmdir(folder)
    }
    try await serving(tls: .selfSigned(folder: folder)) { (address, _) async throws in
      let port = try #require(address.split(separator: ":").last)
      let pem = Array(try SystemPrograms.output("cat '\(folder)/certificate.pem'"))
      func status(_ trust: TLSTrust) async throws(LinkServiceError) -> Int {
        var call = HTTPCall(method: "GET", url: "https://127.0.0.1:\(port)/healthz")
        call.trust = trust
        return try await SocketTransport().send(call).status
      }
      #expect(try await status(.authorities(pem: pem)) == 200)
      #expect(try await status(.anybody) == 200)
      await #expect(throws: LinkServiceError.insecure("certificate verify failed")) {
        try await status(.system)
      }
      await #expect(throws: LinkServiceError.self) {
        try await status(.authorities(pem: Array("no pem".utf8)))
      }
    }
  }
}

enum SystemPrograms {
  static func output(_ script: String) throws -> [UInt8] {
    let pipe = try #require(popen(script, "r"))
    defer { pclose(pipe) }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&piece, 1, piece.count, pipe), count > 0 { output += piece[..<count] }
    return output
  }
}
