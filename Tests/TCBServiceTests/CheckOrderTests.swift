// The order in which a raw call is checked: each call has one trouble more than the next, and is told the
// first.

import TCBInterface
import TCBService
import Testing

@Suite struct CheckOrderTests {
  let fixture = CoreFixture()

  static let tooMany = (0..<51).map { _ in #"{"fileid":"f","max_age":1}"# }.joined(separator: ",")

  func code(
    method: String = "POST", path: CallPath = .app, query: String, body: String
  ) throws -> Int {
    let call = RawCall(method: method, path: path.text, query: query, body: Array(body.utf8))
    let answer = fixture.core.answer(call)
    #expect(answer.status == 200)
    return try LinkAnswer(decoding: answer.body).errorCode
  }

  @Test func `every check comes before the next`() throws {
    let core = fixture.core
    try core.register(Secret("expired"), appID: "wxapp", expiresAt: CoreFixture.start * 1000)
    let plain = try core.token(appID: "wxplain", secret: CoreFixture.appSecret).token.reveal()
    let app = try fixture.appToken().query
    let component = try fixture.componentToken().reveal()
    let poor = try fixture.merchantToken("wxpoor").query

    #expect(try code(method: "GET", query: "", body: "") == 43002)
    #expect(try code(query: "", body: "") == 41001)
    #expect(try code(query: "access_token=", body: "") == 41001)
    #expect(try code(query: "access_token=nobody", body: "") == 40014)
    #expect(try code(query: "access_token=expired", body: "") == 42001)
    #expect(try code(query: "access_token=\(component)", body: "") == 48001)
    #expect(try code(path: .component, query: app, body: "") == 48001)
    #expect(try code(query: poor, body: "") == 61007)
    let bare = "access_token=\(plain)"
    #expect(try code(query: bare, body: "") == 44002)
    #expect(try code(query: bare, body: "[") == 47001)
    #expect(try code(query: bare, body: "[]") == 47001)
    #expect(try code(query: bare, body: #"{"env":7,"file_list":[{"fileid":7}]}"#) == 40101)
    #expect(try code(query: bare, body: #"{"env":7,"file_list":[{"fileid":7,"max_age":1}]}"#) == 40097)
    #expect(try code(query: bare, body: #"{"env":"nowhere","file_list":[]}"#) == 40097)
    #expect(try code(query: bare, body: #"{"env":"nowhere","file_list":[\#(Self.tooMany)]}"#) == 85088)
    #expect(try code(query: app, body: #"{"env":"nowhere","file_list":[\#(Self.tooMany)]}"#) == -501_000)
    #expect(try code(query: app, body: #"{"env":"shop","file_list":[\#(Self.tooMany)]}"#) == -501_000)
    #expect(try code(query: app, body: #"{"env":"site","file_list":[\#(Self.tooMany)]}"#) == -501_007)
    #expect(try code(query: app, body: #"{"env":"site","file_list":[{"fileid":"f","max_age":1}]}"#) == 0)
  }

  @Test func `a superseded token is told so even when it has expired too`() throws {
    let old = try fixture.core.token(appID: "wxapp", secret: CoreFixture.appSecret).token
    _ = try fixture.core.token(appID: "wxapp", secret: CoreFixture.appSecret)
    fixture.clock.advance(seconds: 8000)
    #expect(try code(query: "access_token=\(old.reveal())", body: "") == 40001)
  }

  @Test func `a file's checks come in their order`() throws {
    fixture.core.serve(CoreFixture.environment("site", owner: "wxapp", objects: ListedObjects([])))
    let files = [
      RequestedFile(fileID: "cloud://other.b/", maxAge: 0),
      RequestedFile(fileID: "cloud://other.b/a", maxAge: 0),
      RequestedFile(fileID: "cloud://site.b-site/a", maxAge: 0),
      RequestedFile(fileID: "cloud://site.b-site/a", maxAge: 1),
    ]
    let answer = fixture.core.answer(
      LinkRequest(environment: "site", files: files), credential: try fixture.appToken())
    #expect(answer.files.map(\.status) == [-501_007, -501_005, -501_007, 1])
  }
}
