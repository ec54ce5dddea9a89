// A file behind a link: whether the link is good, and which bytes of the file are asked for.

import NIOHTTP1
import TCBInterface
import TCBService

/// A request for a file, by the host of an environment's links or below `/files/ENVIRONMENT/` (ours).
struct Download {
  private let request: ServerRequest
  private let core: APICore
  private let environment: EnvironmentConfiguration
  /// As it stands in the link, beginning with `/`.
  private let encodedPath: String

  /// Nil for a request that is none.
  init?(_ request: ServerRequest, _ core: APICore) {
    self.request = request
    self.core = core
    if request.path.hasPrefix(APICore.downloadPath) {
      let rest = request.path.dropFirst(APICore.downloadPath.count)
      guard let slash = rest.firstIndex(of: "/"), let found = core.environment(String(rest[..<slash])) else {
        return nil
      }
      (environment, encodedPath) = (found, String(rest[slash...]))
    } else {
      guard let found = core.environment(servingHost: request.host) else { return nil }
      (environment, encodedPath) = (found, request.path)
    }
  }

  func answer() -> ServerAnswer {
    let faults = core.faults(ofDownload: environment.id)
    guard !faults.isEmpty else { return answer(clockOffset: 0) }
    let made =
      if case .status(let status, _) = faults.ending {
        ServerAnswer(status: status)
      } else {
        answer(clockOffset: faults.clockOffset)
      }
    return made.delivered(Delivery(faults))
  }

  private func answer(clockOffset: Int64) -> ServerAnswer {
    guard request.method == .GET || request.method == .HEAD else {
      var answer = ServerAnswer(status: 405)
      answer.headers.append(("Allow", "GET, HEAD"))
      return answer
    }
    let link: LinkURL
    do throws(LinkURLError) {
      link = try LinkURL(scheme: "https", host: "", encodedPath: encodedPath, query: request.query)
    } catch {
      return .text(error.message, status: 400)
    }
    switch core.verdict(on: link, environment: environment.id, clockOffset: clockOffset) {
    case .refused(let refused)?: return .text(refused.code ?? refused.message, status: 403)
    case nil: return .text(ErrorCode.storageFileMissing.text, status: 404)
    case .valid?, .public?: break
    }
    guard let folder = environment.objects as? FolderObjects, let path = folder.location(of: link.path),
      let file = OpenFile(path)
    else {
      return environment.objects.standing(of: link.path) == .forbidden
        ? .text(ErrorCode.storageNotPermitted.text, status: 403)
        : .text(ErrorCode.storageFileMissing.text, status: 404)
    }
    return contents(of: file, type: MediaType.of(path: path))
  }

  private func contents(of file: OpenFile, type: String) -> ServerAnswer {
    var answer = ServerAnswer(status: 200)
    answer.headers = [("Accept-Ranges", "bytes"), ("ETag", file.tag), ("Content-Type", type)]
    if let date = HTTPDate.format(file.modified) { answer.headers.append(("Last-Modified", date)) }
    let conditions = Conditions(of: request, for: file)
    switch conditions.outcome {
    case .send: break
    case .unchanged:
      answer.status = 304
      return answer
    case .failed: return ServerAnswer(status: 412)
    }
    var range = 0..<file.size
    if let asked = request.header("range"), conditions.allowsRange, let wanted = ByteRange(asked) {
      guard let found = wanted.range(in: file.size) else {
        var answer = ServerAnswer(status: 416)
        answer.headers.append(("Content-Range", "bytes */\(file.size)"))
        return answer
      }
      (answer.status, range) = (206, found)
      answer.headers.append(
        ("Content-Range", "bytes \(found.lowerBound)-\(found.upperBound - 1)/\(file.size)"))
    }
    answer.body = .file(file, range)
    return answer
  }
}

/// The one range of a `Range` header; several at once are answered with the whole file, which RFC 9110 allows.
struct ByteRange: Equatable {
  private enum Form: Equatable {
    case from(Int64, through: Int64?)
    case last(Int64)
  }

  private let form: Form

  init?(_ header: String) {
    guard header.prefix(6).lowercased() == "bytes=", !header.contains(",") else { return nil }
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

  private static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int64(text) ?? .max
  }

  /// The bytes of a file of that size; nil where it has none of them.
  func range(in size: Int64) -> Range<Int64>? {
    switch form {
    case .last(let count): return count > 0 && size > 0 ? max(0, size - count)..<size : nil
    case .from(let first, let last):
      guard first < size else { return nil }
      return first..<(min(last ?? size - 1, size - 1) + 1)
    }
  }
}
