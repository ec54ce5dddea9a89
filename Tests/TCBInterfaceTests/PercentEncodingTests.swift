// Percent-encoding, once and only once.

import TCBInterface
import Testing

@Suite struct PercentEncodingTests {
  @Test(arguments: [
    ("A.png", "A.png"), ("a/b-c_d.e~f", "a/b-c_d.e~f"), ("a b", "a%20b"), ("100%.txt", "100%25.txt"),
    ("%41", "%2541"), ("图.png", "%E5%9B%BE.png"), ("😀", "%F0%9F%98%80"),
    ("a+b&c=d?e#f", "a%2Bb%26c%3Dd%3Fe%23f"),
    ("", ""), ("图", "%E5%9B%BE"), ("\u{7F}\u{0}", "%7F%00"),
  ])
  func `every byte but the unreserved ones and the slash is encoded`(path: String, encoded: String) throws {
    #expect(PercentEncoding.encode(path: path) == encoded)
    #expect(try PercentEncoding.decode(path: encoded) == path)
  }

  @Test func `exactly the unreserved characters and the slash stand unencoded`() {
    let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
    for byte in UInt8.min...UInt8.max {
      #expect(byte.standsUnencodedInPath == unreserved.utf8.contains(byte), "byte \(byte)")
    }
  }

  @Test(
    arguments: [
      ("a%", .badEscape(at: 1)), ("a%4", .badEscape(at: 1)), ("%zz", .badEscape(at: 0)),
      ("ab%4g", .badEscape(at: 2)),
      ("%FF", .notUTF8), ("%C3", .notUTF8),
    ] as [(String, PercentEncodingError)])
  func `a bad escape is refused at its place`(text: String, error: PercentEncodingError) {
    #expect(throws: error) { try PercentEncoding.decode(path: text) }
  }

  @Test func `lower-case escapes and a plus are read as they stand`() throws {
    #expect(try PercentEncoding.decode(path: "%e5%9b%be+") == "图+")
  }

  @Test func `errors say what is wrong`() {
    #expect(
      PercentEncodingError.badEscape(at: 3).message
        == "the `%` at byte 3 is not followed by two hexadecimal digits")
    #expect(PercentEncodingError.notUTF8.message == "the decoded path is not UTF-8")
  }
}
