// A link taken apart.

import TCBInterface
import Testing

@Suite struct LinkURLTests {
  @Test func `a signed link has all its parts`() throws {
    let link = try LinkURL(parsing: "HTTPS://h.example:8443/a%20b/%E5%9B%BE.png?x=1&t=99&sign=abc#top?")
    #expect(link.scheme == "https")
    #expect(link.host == "h.example:8443")
    #expect(link.encodedPath == "/a%20b/%E5%9B%BE.png")
    #expect(link.path == "a b/图.png")
    #expect(link.signature == "abc")
    #expect(link.timestamp == "99")
  }

  @Test(arguments: ["http://h/a", "http://h/a?", "http://h/a#sign=1&t=2", "http://h/a?signs=1&tt=2&&x"])
  func `a link without a signature has none`(text: String) throws {
    let link = try LinkURL(parsing: text)
    #expect(link.scheme == "http")
    #expect(link.path == "a")
    #expect(link.signature == nil)
    #expect(link.timestamp == nil)
  }

  @Test(
    arguments: [
      ("", .schemeMissing), ("h/a", .schemeMissing), ("https:/h/a", .schemeMissing),
      ("ftp://h/a", .schemeWrong),
      ("https:///a", .hostEmpty), ("https://", .hostEmpty), ("https://?x", .hostEmpty),
      ("https://h", .pathEmpty), ("https://h/", .pathEmpty),
      ("https://h?x=/a", .pathEmpty), ("https://h/a%2", .path(.badEscape(at: 1))),
      ("https://h/%FF", .path(.notUTF8)),
      ("https://h/a/%2E%2E/b", .pathNotWellFormed(.pathDotSegment)),
      ("https://h//a", .pathNotWellFormed(.pathLeadingSlash)),
      ("https://h/a%00", .pathNotWellFormed(.pathControl(0))),
      ("https://h/a?sign=1&sign=2", .repeatedParameter("sign")),
      ("https://h/a?t=1&t=1", .repeatedParameter("t")),
    ] as [(String, LinkURLError)])
  func `what is no link is told why`(text: String, error: LinkURLError) {
    #expect(throws: error) { try LinkURL(parsing: text) }
    #expect(!error.message.isEmpty)
  }
}
