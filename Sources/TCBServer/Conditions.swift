// What a request for a file makes depend on the file being the one that the caller knows (RFC 9110, sections 13 and 14).

import Glibc
import NIOHTTP1
import TCBInterface

/// The conditions of one request.
struct Conditions {
  enum Outcome: Equatable {
    case send
    /// 304
    case unchanged
    /// 412
    case failed
  }

  private let request: ServerRequest
  private let file: OpenFile

  init(of request: ServerRequest, for file: OpenFile) {
    self.request = request
    self.file = file
  }

  /// In the order that RFC 9110, section 13.2.2, gives. Dates that are none are passed over.
  var outcome: Outcome {
    if let known = request.headerList("if-match") {
      guard
        EntityTag.isAny(known) || EntityTag.list(known).contains(where: { !$0.isWeak && $0.text == file.tag })
      else { return .failed }
    } else if let since = date("if-unmodified-since"), file.modified > since {
      return .failed
    }
    if let known = request.headerList("if-none-match") {
      return EntityTag.isAny(known) || EntityTag.list(known).contains { $0.text == file.tag }
        ? .unchanged : .send
    }
    if let since = date("if-modified-since"), file.modified <= since { return .unchanged }
    return .send
  }

  /// Whether a part is good enough: the caller has the rest of this very file, as far as it said.
  var allowsRange: Bool {
    guard request.method == .GET else { return false }
    guard let known = request.header("if-range") else { return true }
    if let tag = EntityTag.list(known).first { return !tag.isWeak && tag.text == file.tag }
    // What was changed within the last second may have been changed twice in it.
    return HTTPDate.parse(known) == file.modified && file.modified < Int64(time(nil)) - 1
  }

  private func date(_ name: String) -> Int64? { request.header(name).flatMap(HTTPDate.parse) }
}

private struct EntityTag {
  var isWeak: Bool
  /// With its quotes.
  var text: Substring

  static func isAny(_ list: String) -> Bool {
    list.allSatisfy { $0 == "*" || $0 == " " } && list.contains("*")
  }

  /// Those of a list; what is none is passed over.
  static func list(_ text: String) -> [EntityTag] {
    var tags: [EntityTag] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "\"") {
      let isWeak = rest[..<start].hasSuffix("W/")
      let behind = rest.index(after: start)
      guard let end = rest[behind...].firstIndex(of: "\"") else { break }
      tags.append(EntityTag(isWeak: isWeak, text: rest[start...end]))
      rest = rest[rest.index(after: end)...]
    }
    return tags
  }
}
