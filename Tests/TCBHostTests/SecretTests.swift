import TCBHost
import TCBTestSupport
import Testing

@Suite struct SecretTests {
  private func registry(_ secrets: String...) -> SecretRegistry {
    let registry = SecretRegistry()
    for secret in secrets { registry.add(secret) }
    return registry
  }

  @Test(arguments: [
    ("a hunter22 b", "a ‹secret› b"),
    ("hunter22hunter22", "‹secret›‹secret›"),
    ("hunter2", "hunter2"),
    ("中hunter22文", "中‹secret›文"),
    ("", ""),
  ])
  func `every occurrence is masked`(text: String, shown: String) {
    #expect(registry("hunter22").redact(text) == shown)
  }

  @Test func `what is shorter than four bytes is not kept`() {
    let secrets = registry("", "abc")
    #expect(secrets.isEmpty)
    #expect(secrets.redact("abc") == "abc")
    secrets.add("abcd")
    #expect(!secrets.isEmpty)
    #expect(secrets.redact("abcd") == "‹secret›")
  }

  @Test(arguments: [
    #"{"k":"a\"b\\c\n\u0001d/"}"#, "k=a%22b%5Cc%0A%01d%2F", "k=a%22b%5cc%0a%01d%2f", "\"a\"\"b\\c\n\u{1}d/\"",
  ])
  func `a secret is found as JSON, a URL and csv show it`(text: String) {
    let shown = registry("a\"b\\c\n\u{1}d/").redact(text)
    #expect(shown.contains("‹secret›"))
    #expect(!shown.contains("b"))
  }

  @Test func `secrets that overlap leave no remainder`() {
    #expect(registry("abcd", "bcdefgh").redact("xabcdefghx") == "x‹secret›x")
    #expect(registry("abcdef", "abcd").redact("abcdef abcd") == "‹secret› ‹secret›")
    #expect(registry("aaaa").redact("aaaaaaa") == "‹secret›")
  }

  @Test func `a secret that is in the mask's own word does not eat the mask`() {
    #expect(registry("secret", "password").redact("password secret") == "‹secret› ‹secret›")
  }

  /// Writes `text` cut at every pair of places, and expects what masking the whole gives.
  private func expectSame(
    _ text: String, _ secrets: SecretRegistry, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let bytes = Array(text.utf8)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let host = FakeHost()
        let output = RedactingOutput(secrets) { (bytes) throws(HostError) in try host.writeOutput(bytes) }
        for part in [bytes[..<first], bytes[first..<second], bytes[second...]] {
          #expect(throws: Never.self) { try Array(part).withUnsafeBytes { try output.write($0) } }
        }
        #expect(throws: Never.self) { try output.flush() }
        #expect(
          host.output == secrets.redact(text), "cut at \(first) and \(second)", sourceLocation: sourceLocation
        )
      }
    }
  }

  @Test func `a secret split over writes is masked as if it were whole`() {
    expectSame("a hunter22 b hunter22hunter2", registry("hunter22"))
    expectSame("xabcdefghx abcdabcdefg", registry("abcd", "bcdefgh"))
    expectSame("aaaaaaaaab", registry("aaaa", "aaab"))
    expectSame("one abcXYZ12 two abcXYZ1", registry("abcXYZ12", "bcXY"))
  }

  @Test func `only an end that could be a secret's beginning waits`() throws {
    let host = FakeHost()
    let output = RedactingOutput(registry("hunter22")) { (bytes) throws(HostError) in
      try host.writeOutput(bytes)
    }
    try Array("plain".utf8).withUnsafeBytes { try output.write($0) }
    #expect(host.output == "plain")
    try Array(" hunt".utf8).withUnsafeBytes { try output.write($0) }
    #expect(host.output == "plain ")
    try Array("ing".utf8).withUnsafeBytes { try output.write($0) }
    #expect(host.output == "plain hunting")
  }

  @Test func `a file holds no secret, not even at its end`() throws {
    let host = FakeHost()
    let file = RedactingWriter(try host.createFile("a.txt"), secrets: registry("hunter22"))
    for part in ["key=hun", "ter22 hunter2", ""] {
      try Array(part.utf8).withUnsafeBytes { try file.write($0) }
    }
    try file.commit()
    #expect(host.contents("a.txt") == "key=‹secret› hunter2")
  }
}
