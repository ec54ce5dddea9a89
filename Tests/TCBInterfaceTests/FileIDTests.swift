// What a file id is, and what each wrong one is told.

import TCBInterface
import Testing

@Suite struct FileIDTests {
  static let example = "cloud://test2-4a89da.7465-test2-4a89da/A.png"

  @Test func `the documentation's example has three parts`() throws {
    let id = try FileID(parsing: Self.example)
    #expect(id.environment == "test2-4a89da")
    #expect(id.bucket == "7465-test2-4a89da")
    #expect(id.path == "A.png")
    #expect(id.text == Self.example)
    #expect("\(id)" == Self.example)
  }

  @Test(arguments: ["a", "目录/图 片.png", "a b/%41.txt", "a/", ".hidden", "a/..b/...", "x?y#z&k=v", "😀"])
  func `a path is taken as it is written`(path: String) throws {
    let parsed = try FileID(parsing: "cloud://e.b/\(path)")
    let joined = try FileID(environment: "e", bucket: "b", path: path)
    #expect(Array(parsed.path.utf8) == Array(path.utf8))
    #expect(parsed == joined)
  }

  @Test(
    arguments: [
      ("", .schemeMissing, 0), ("A.png", .schemeMissing, 0), ("cloud:/e.b/a", .schemeMissing, 0),
      ("https://e.b/a", .schemeWrong, 0), ("CLOUD://e.b/a", .schemeWrong, 0),
      (" cloud://e.b/a", .schemeWrong, 0),
      ("cloud://", .environmentEmpty, 8), ("cloud:///a", .environmentEmpty, 8),
      ("cloud://.b/a", .environmentEmpty, 8), ("cloud://e_f.b/a", .environmentCharacter("_"), 9),
      ("cloud://环境.b/a", .environmentCharacter("环"), 8), ("cloud://e f/a", .environmentCharacter(" "), 9),
      ("cloud://e/a", .bucketMissing, 9), ("cloud://e", .bucketMissing, 9),
      ("cloud://e./a", .bucketEmpty, 10),
      ("cloud://e.", .bucketEmpty, 10), ("cloud://e.b.c/a", .bucketCharacter("."), 11),
      ("cloud://e.b%/a", .bucketCharacter("%"), 11), ("cloud://e.b", .pathEmpty, 11),
      ("cloud://e.b/", .pathEmpty, 12), ("cloud://e.b//a", .pathLeadingSlash, 12),
      ("cloud://e.b/a//c", .pathDoubleSlash, 13), ("cloud://e.b/a//", .pathDoubleSlash, 13),
      ("cloud://e.b/a\u{18}", .pathControl(0x18), 13), ("cloud://e.b/\u{19}", .pathControl(0x19), 12),
      ("cloud://e.b/\u{1A}", .pathControl(0x1A), 12), ("cloud://e.b/\u{1B}[0m", .pathControl(0x1B), 12),
      ("cloud://e.b/a\u{0}", .pathControl(0), 13), ("cloud://e.b/a\r", .pathControl(13), 13),
      ("cloud://e.b/a\tb", .pathControl(9), 13), ("cloud://e.b/\u{7F}", .pathControl(0x7F), 12),
      ("cloud://e.b/.", .pathDotSegment, 12), ("cloud://e.b/..", .pathDotSegment, 12),
      ("cloud://e.b/a/../c", .pathDotSegment, 14), ("cloud://e.b/./c", .pathDotSegment, 12),
    ] as [(String, FileIDError.Reason, Int)])
  func `a wrong id is told what is wrong and where`(text: String, reason: FileIDError.Reason, offset: Int) {
    let error = #expect(throws: FileIDError.self) { try FileID(parsing: text) }
    #expect(error?.reason == reason)
    #expect(error?.offset == offset)
  }

  @Test func `a path may take 850 bytes once encoded and no more`() throws {
    let most = String(repeating: "图", count: 94) + "abcd"
    #expect(try FileID(environment: "e", bucket: "b", path: most).path == most)
    let error = #expect(throws: FileIDError.self) {
      try FileID(environment: "e", bucket: "b", path: most + "x")
    }
    #expect(error?.reason == .pathTooLong(encodedBytes: 851))
    #expect(error?.message == "the path takes 851 bytes once encoded, more than 850")
  }

  @Test(
    arguments: [
      ("a.b", "c", "p", .environmentCharacter("."), 9), ("a/b", "c", "p", .environmentCharacter("/"), 9),
      ("", "c", "p", .environmentEmpty, 8), ("a", "", "p", .bucketEmpty, 10),
      ("a", "b/c", "p", .bucketCharacter("/"), 11), ("a", "b", "", .pathEmpty, 12),
      ("a", "b", "/p", .pathLeadingSlash, 12),
    ] as [(String, String, String, FileIDError.Reason, Int)])
  func `parts are checked each for itself`(
    environment: String, bucket: String, path: String, reason: FileIDError.Reason, offset: Int
  ) {
    let error = #expect(throws: FileIDError.self) {
      try FileID(environment: environment, bucket: bucket, path: path)
    }
    #expect(error?.reason == reason)
    #expect(error?.offset == offset)
  }

  @Test func `composed and decomposed letters name different files`() throws {
    let composed = try FileID(parsing: "cloud://e.b/\u{E9}")
    let decomposed = try FileID(parsing: "cloud://e.b/e\u{301}")
    #expect(composed.text == decomposed.text)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed, composed]).count == 2)
  }

  @Test func `a path alone is checked over bytes`() throws {
    try FileID.check(path: Array("目录/a.png".utf8).span)
    let bad: [([UInt8], FileIDError.Reason, Int)] = [
      ([], .pathEmpty, 0), ([0x2F, 0x61], .pathLeadingSlash, 0), ([0x61, 0xFF], .pathNotUTF8, 1),
      ([0x61, 0x2F, 0x2E, 0x2E], .pathDotSegment, 2),
    ]
    for (bytes, reason, offset) in bad {
      let error = #expect(throws: FileIDError.self) { try FileID.check(path: bytes.span) }
      #expect(error?.reason == reason)
      #expect(error?.offset == offset)
    }
  }

  @Test(arguments: [
    ("cloud://e_.b/a", "`_` cannot stand in an environment id: letters, digits and hyphens can"),
    ("cloud://e.b/\u{1B}", "the path holds the control character ESC"),
    ("cloud://e.b/\u{7F}", "the path holds the control character DEL"),
    (
      "cloud://e\n.b/a",
      "the control character LF cannot stand in an environment id: letters, digits and hyphens can"
    ),
  ])
  func `messages name the character at fault`(text: String, message: String) {
    let error = #expect(throws: FileIDError.self) { try FileID(parsing: text) }
    #expect(error?.message == message)
  }

  @Test func `the code of a bad id is stable`() {
    #expect(FileID.code == "bad-file-id")
  }
}
