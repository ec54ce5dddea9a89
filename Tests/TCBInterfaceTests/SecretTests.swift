// Nothing prints a secret or a signing key.

import TCBInterface
import Testing

@Suite struct SecretTests {
  struct Holder {
    var token: Secret
    var key: SigningKey
    var maybe: Secret?
  }

  @Test func `no printed form shows the text`() throws {
    let secret = Secret("hunter2hunter2")
    let key = try SigningKey("hunter2hunter2")
    var dumped = ""
    dump(Holder(token: secret, key: key, maybe: secret), to: &dumped)
    dump(LinkSigner(key: key), to: &dumped)
    dump(LinkVerifier(primary: key, backup: key), to: &dumped)
    let printed = [
      "\(secret)", "\(key)", String(describing: secret), String(reflecting: secret), String(reflecting: key),
      "\(Holder(token: secret, key: key, maybe: secret))", "\([secret])", "\(["k": key])", dumped,
      "\(Mirror(reflecting: secret).children.map { $0.value })", "\(LinkSigner(key: key))",
    ]
    for text in printed { #expect(!text.contains("hunter2"), "\(text)") }
    #expect("\(secret)" == "‹secret›")
    #expect("\(key)" == "‹secret›")
    #expect(secret.reveal() == "hunter2hunter2")
    #expect(key.reveal() == "hunter2hunter2")
  }

  @Test func `secrets are equal when their bytes are`() {
    #expect(Secret("a") == Secret("a"))
    #expect(Secret("a") != Secret("b"))
    #expect(Secret("a") != Secret("ab"))
    #expect(Secret("\u{E9}") != Secret("e\u{301}"))
    #expect(Secret("").isEmpty && !Secret("a").isEmpty)
  }

  @Test(
    arguments: [
      ("", .tooShort(length: 0)), ("abcde", .tooShort(length: 5)),
      (String(repeating: "a", count: 41), .tooLong(length: 41)),
      ("abc-ef", .character(at: 3)), ("abcde图", .character(at: 5)), ("abc ef", .character(at: 3)),
    ] as [(String, SigningKeyError)])
  func `a key has 6 to 40 letters and digits`(text: String, error: SigningKeyError) {
    #expect(throws: error) { try SigningKey(text) }
    #expect(!error.message.contains("abc"))
  }

  @Test(arguments: ["abcDE9", String(repeating: "Z", count: 40)])
  func `the shortest and the longest key are keys`(text: String) throws {
    #expect(try SigningKey(text).reveal() == text)
  }

  @Test func `a random key has 32 characters, and bytes that would favour some are left out`() throws {
    let key = try SigningKey.random { count in (0..<count).map { UInt8(truncatingIfNeeded: 240 + $0) } }
    // 240...247 are used, 248...255 are not, then 0 and on.
    #expect(key.reveal() == "stuvwxyz0123456789ABCDEFGHIJKLMN")
    let every = (0..<62).map(UInt8.init)
    let first = try SigningKey.random { _ in Array(every.prefix(32)) }
    let last = try SigningKey.random { _ in Array(every.suffix(32)) }
    #expect(Set(first.reveal() + last.reveal()).count == 62)
  }

  @Test func `a source that gives nothing usable is told rather than waited for`() {
    #expect(throws: SigningKeyError.sourceFailed) { try SigningKey.random { _ in [] } }
    #expect(throws: SigningKeyError.sourceFailed) {
      try SigningKey.random { [UInt8](repeating: 255, count: $0) }
    }
  }
}
