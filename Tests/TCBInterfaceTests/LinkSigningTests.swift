// Signatures, links and their verification.

import TCBInterface
import Testing

@Suite struct LinkSigningTests {
  static let key = try! SigningKey("dimtm5evg50ijsx2hvuwyfoiu65")
  static let other = try! SigningKey("DvYmqE81E1F9R791H6lmht")

  @Test func `the published vectors of type D agree`() {
    #expect(
      LinkSigner(key: Self.key).signature(uri: "/test.jpg", timestamp: 1_582_791_032)
        == "900a5049aa8ac1ab144527d9c2be4cea")
    #expect(
      LinkSigner(key: Self.other).signature(uri: "/foo.jpg", timestamp: 1_721_029_907)
        == "cadcec4a04e67b9c2abf4b61c642a0dd")
  }

  @Test(
    arguments: [
      ("7465-test2-4a89da", "1258717764", "7465-test2-4a89da-1258717764.tcb.qcloud.la"),
      ("636c-cloud1-5g-1325713285", "1325713285", "636c-cloud1-5g-1325713285.tcb.qcloud.la"),
      ("7465-x", nil, "7465-x.tcb.qcloud.la"), ("7465-x", "", "7465-x.tcb.qcloud.la"),
      ("7465-x12", "12", "7465-x12-12.tcb.qcloud.la"),
    ] as [(String, String?, String)])
  func `the host ends with the account once`(bucket: String, account: String?, host: String) {
    #expect(LinkHost.host(bucket: bucket, account: account) == host)
  }

  @Test func `a private link carries the signature of its path as it stands`() {
    let maker = LinkMaker(host: "h", signer: LinkSigner(key: Self.key))
    #expect(
      maker.link(path: "test.jpg", issuedAt: 1_582_791_000, maxAge: 32)
        == "https://h/test.jpg?sign=900a5049aa8ac1ab144527d9c2be4cea&t=1582791032")
    let sign = LinkSigner(key: Self.key).signature(uri: "/%E5%9B%BE%20%25.png", timestamp: 160)
    #expect(
      maker.link(path: "图 %.png", issuedAt: 100, maxAge: 60)
        == "https://h/%E5%9B%BE%20%25.png?sign=\(sign)&t=160")
  }

  @Test func `the raw form signs the path unencoded`() {
    let signer = LinkSigner(key: Self.key, form: .raw)
    let link = LinkMaker(host: "h", signer: signer).link(path: "图.png", issuedAt: 100, maxAge: 60)
    #expect(link == "https://h/%E5%9B%BE.png?sign=\(signer.signature(uri: "/图.png", timestamp: 160))&t=160")
    #expect(
      LinkVerifier(primary: Self.key, form: .raw).verdict(on: link, now: 100)
        == .valid(path: "图.png", expiresAt: 160, key: .primary))
    #expect(LinkVerifier(primary: Self.key).verdict(on: link, now: 100) == .refused(.invalidSignature))
  }

  @Test(arguments: SignatureForm.allCases)
  func `links made together are those made one by one`(form: SignatureForm) {
    let maker = LinkMaker(host: "h", signer: LinkSigner(key: Self.other, form: form))
    // Lengths about each block's end, and past what is signed together; groups that are full and ones that are not.
    let paths = (1...300).map { String(repeating: "a", count: $0) } + ["图.png", "a b", "100%"]
    for count in [0, 1, 15, 16, 17, paths.count] {
      let some = Array(paths.suffix(count))
      #expect(
        maker.links(paths: some, issuedAt: 1_700_000_000, maxAge: 60)
          == some.map { maker.link(path: $0, issuedAt: 1_700_000_000, maxAge: 60) })
    }
  }

  @Test func `a public link has no query`() {
    #expect(LinkMaker(host: "h", signer: nil).link(path: "a b", issuedAt: 1, maxAge: 1) == "https://h/a%20b")
    #expect(
      LinkMaker(origin: "http://127.0.0.1:8080", signer: nil).link(path: "a", issuedAt: 1, maxAge: 1)
        == "http://127.0.0.1:8080/a")
  }

  @Test(
    arguments: [
      (0, 100, 60, 160), (60, 100, 60, 100), (90, 100, 60, 70), (500, 100, 60, 0),
      (0, Int64.max, 60, Int64.max),
      (Int64.max, -5, 1, 0), (-10, Int64.max, 60, 0),
    ] as [(Int64, Int64, Int64, Int64)])
  func `the time of a link is its end less the validity, within bounds`(
    validity: Int64, issuedAt: Int64, maxAge: Int64, timestamp: Int64
  ) {
    let signer = LinkSigner(key: Self.key, validity: validity)
    #expect(signer.timestamp(issuedAt: issuedAt, maxAge: maxAge) == timestamp)
  }

  @Test(arguments: [0, 30, 60, 100] as [Int64])
  func `a link is good until its end to the second, whatever the validity`(validity: Int64) {
    let signer = LinkSigner(key: Self.key, validity: validity)
    let link = LinkMaker(host: "h", signer: signer).link(path: "a", issuedAt: 1000, maxAge: 60)
    let verifier = LinkVerifier(primary: Self.key, validity: validity)
    #expect(verifier.verdict(on: link, now: 1060) == .valid(path: "a", expiresAt: 1060, key: .primary))
    #expect(verifier.verdict(on: link, now: 1061) == .refused(.expired(at: 1060)))
  }

  @Test func `either key verifies and the verdict says which`() {
    let link = LinkMaker(host: "h", signer: LinkSigner(key: Self.other)).link(
      path: "a", issuedAt: 0, maxAge: 9)
    #expect(
      LinkVerifier(primary: Self.key, backup: Self.other).verdict(on: link, now: 0)
        == .valid(path: "a", expiresAt: 9, key: .backup))
    #expect(LinkVerifier(primary: Self.key).verdict(on: link, now: 0) == .refused(.invalidSignature))
  }

  @Test func `a signature holds for its own path and time only`() {
    let maker = LinkMaker(host: "h", signer: LinkSigner(key: Self.key))
    let link = maker.link(path: "dir/a.png", issuedAt: 0, maxAge: 100)
    let verifier = LinkVerifier(primary: Self.key)
    #expect(verifier.verdict(on: link, now: 0) == .valid(path: "dir/a.png", expiresAt: 100, key: .primary))
    let sign = link.split(separator: "sign=")[1].prefix(32)
    let changed = [
      "https://h/dir/b.png?sign=\(sign)&t=100", "https://h/dir/a.png?sign=\(sign)&t=101",
      "https://h/dir/a.png?sign=\(sign)&t=0100", "https://h/dir/%61.png?sign=\(sign)&t=100",
      "https://h/dir/a.png?sign=\(sign)0&t=100", "https://h/dir/a.png?sign=\(sign.uppercased())&t=100",
      "https://h/dir/a.png?sign=&t=100", "https://h/dir/a.png?sign=\(sign)&t=x",
    ]
    for link in changed {
      #expect(verifier.verdict(on: link, now: 0) == .refused(.invalidSignature), "\(link)")
    }
  }

  @Test func `a rightly signed text that is no time is refused`() {
    // The uri takes over what would be the head of t, so that the signature is right.
    let sign = LinkSigner(key: Self.key).signature(uri: "/ax", timestamp: 1)
    let link = "https://h/a?sign=\(sign)&t=x1"
    #expect(LinkVerifier(primary: Self.key).verdict(on: link, now: 0) == .refused(.invalidSignature))
  }

  @Test(arguments: ["https://h/a", "https://h/a?sign=x", "https://h/a?t=5", "https://h/a?x=1"])
  func `a private link without signature or time is refused as such`(link: String) {
    #expect(LinkVerifier(primary: Self.key).verdict(on: link, now: 0) == .refused(.missingSignature))
  }

  @Test func `a public environment disregards the query`() {
    #expect(LinkVerifier.publicFiles.verdict(on: "https://h/%E5%9B%BE?sign=x", now: 0) == .public(path: "图"))
    #expect(
      LinkVerifier.publicFiles.verdict(on: "h/a", now: 0) == .refused(.malformed(.schemeMissing)))
  }

  @Test func `refusals have the names of the content network`() {
    #expect(LinkRefusal.missingSignature.code == "CDN_SIGNATURE_MISSING")
    #expect(LinkRefusal.invalidSignature.code == "CDN_INVALID_SIGNATURE")
    #expect(LinkRefusal.expired(at: 1).code == "CDN_SIGNATURE_EXPIRED")
    #expect(LinkRefusal.malformed(.hostEmpty).code == nil)
    #expect(LinkRefusal.expired(at: 5).message == "the link expired at second 5")
  }

  @Test func `the largest time of a link does not overflow`() {
    let sign = LinkSigner(key: Self.key).signature(uri: "/a", timestamp: .max)
    let link = "https://h/a?sign=\(sign)&t=\(Int64.max)"
    #expect(
      LinkVerifier(primary: Self.key, validity: 60).verdict(on: link, now: .max)
        == .valid(path: "a", expiresAt: .max, key: .primary))
  }
}
