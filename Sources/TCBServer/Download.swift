// A file behind a link: whether the link is good, and which bytes of the file are asked for.

import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import TCBInterface
import TCBService

/// A request for a file, by the host of an environment's links or below `/files/ENVIRONMENT/` (ours).
struct Download {
  private let request: Request
  private let core: APICore
  private let environment: EnvironmentConfiguration
  /// As it stands in the link, beginning with `/`.
  private let encodedPath: String

  /// Nil for a request that is none.
  init?(_ request: Request, _ core: APICore) {
    self.request = request
    self.core = core
    let path = request.uri.path
    if path.hasPrefix(APICore.downloadPath) {
      let rest = path.dropFirst(APICore.downloadPath.count)
      guard let slash = rest.firstIndex(of: "/"), let found = core.environment(String(rest[..<slash])) else {
        return nil
      }
      (environment, encodedPath) = (found, String(rest[slash...]))
    } else {
      let host = request.head.authority?.split(separator: ":").first.map(String.init)
      guard let host, let found = core.environment(servingHost: host.lowercased()) else { return nil }
      (environment, encodedPath) = (found, path)
    }
  }

  func response(in context: BasicRequestContext) async -> Response {
    guard request.method == .get || request.method == .head else {
      return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
    }
    let link: LinkURL
    do throws(LinkURLError) {
      link = try LinkURL(
        scheme: "https", host: "", encodedPath: encodedPath, query: request.uri.query ?? "")
    } catch {
      return refusal(.badRequest, error.message)
    }
    switch core.verdict(on: link, environment: environment.id) {
    case .refused(let refused)?: return refusal(.forbidden, refused.code ?? refused.message)
    case nil: return refusal(.notFound, ErrorCode.storageFileMissing.text)
    case .valid?, .public?: break
    }
    guard let folder = environment.objects as? FolderObjects, let file = folder.location(of: link.path),
      let facts = FileFacts(file)
    else {
      let isForbidden = environment.objects.standing(of: link.path) == .forbidden
      return isForbidden
        ? refusal(.forbidden, ErrorCode.storageNotPermitted.text)
        : refusal(.notFound, ErrorCode.storageFileMissing.text)
    }
    return await contents(of: file, facts, context)
  }

  private func contents(of file: String, _ facts: FileFacts, _ context: BasicRequestContext) async -> Response
  {
    var headers: HTTPFields = [.acceptRanges: "bytes", .eTag: facts.tag, .contentType: facts.mediaType]
    if let known = request.headers[.ifNoneMatch], known == "*" || known.contains(facts.tag) {
      return Response(status: .notModified, headers: headers)
    }
    var status = HTTPResponse.Status.ok
    var range = 0..<facts.size
    let isSame = request.headers[.ifRange].map { $0 == facts.tag } ?? true
    if let asked = request.headers[.range], isSame, let wanted = ByteRange(asked) {
      guard let found = wanted.range(in: facts.size) else {
        return Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(facts.size)"])
      }
      (status, range) = (.partialContent, found)
      headers[.contentRange] = "bytes \(found.lowerBound)-\(found.upperBound - 1)/\(facts.size)"
    }
    headers[.contentLength] = String(range.count)
    guard request.method == .get, !range.isEmpty else { return Response(status: status, headers: headers) }
    do {
      let body = try await FileIO().loadFile(
        path: file, range: range.lowerBound...(range.upperBound - 1), context: context)
      return Response(status: status, headers: headers, body: body)
    } catch {
      return refusal(.notFound, ErrorCode.storageFileMissing.text)
    }
  }

  private func refusal(_ status: HTTPResponse.Status, _ words: String) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=UTF-8"],
      body: .init(byteBuffer: ByteBuffer(string: words + "\n")))
  }
}

/// What a file's headers say of it.
private struct FileFacts {
  let size: Int
  let tag: String
  let mediaType: String

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int(status.st_size)
    tag = "\"\(size)-\(status.st_mtim.tv_sec)-\(status.st_mtim.tv_nsec)\""
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last
    let type = ending.flatMap { MediaType.getMediaType(forExtension: $0.lowercased()) }
    mediaType = type?.description ?? "application/octet-stream"
  }
}

/// The one range of a `Range` header; several at once are answered with the whole file, which RFC 9110 allows.
struct ByteRange: Equatable {
  private enum Form: Equatable {
    case from(Int, through: Int?)
    case last(Int)
  }

  private let form: Form

  init?(_ header: String) {
    guard header.hasPrefix("bytes="), !header.contains(",") else { return nil }
    let parts = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let (first, last) = (Self.number(parts[0]), Self.number(parts[1]))
    switch (parts[0].isEmpty, parts[1].isEmpty) {
    case (true, false):
      guard let last else { return nil }
      form = .last(last)
    case (false, true):
      guard let first else { return nil }
      form = .from(first, through: nil)
    case (false, false):
      guard let first, let last, first <= last else { return nil }
      form = .from(first, through: last)
    default: return nil
    }
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int(text) ?? .max
  }

  /// The bytes of a file of that size; nil where it has none of them.
  func range(in size: Int) -> Range<Int>? {
    switch form {
    case .last(let count): return count > 0 && size > 0 ? max(0, size - count)..<size : nil
    case .from(let first, let last):
      guard first < size else { return nil }
      return first..<(min(last ?? size - 1, size - 1) + 1)
    }
  }
}
