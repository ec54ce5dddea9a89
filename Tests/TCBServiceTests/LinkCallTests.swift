// A call that goes well, and what each file of it can be answered.

import TCBInterface
import TCBService
import Testing

@Suite struct LinkCallTests {
  let fixture = CoreFixture()

  @Test func `the documentation's example gives the documentation's link`() async throws {
    let id = "cloud://test2-4a89da.7465-test2-4a89da/A.png"
    let request = LinkRequest(environment: "test2-4a89da", files: [RequestedFile(fileID: id, maxAge: 7200)])
    let answer = try await fixture.core.links(for: request, credential: fixture.appToken())
    let url = "https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png"
    #expect(
      answer
        == LinkAnswer(
          errorCode: 0, message: "ok",
          files: [AnsweredFile(fileID: id, downloadURL: url, status: 0, message: "ok")]))
  }

  @Test func `a private link carries the published signature`() throws {
    let request = LinkRequest(environment: "site", files: [fixture.file("test.jpg", maxAge: 32)])
    let answer = fixture.core.answer(request, credential: try fixture.appToken())
    #expect(
      answer.files.map(\.downloadURL) == [
        "https://b-site-77.tcb.qcloud.la/test.jpg?sign=900a5049aa8ac1ab144527d9c2be4cea&t=1582791032"
      ])
  }

  @Test func `a link is good until the issuing plus max_age and verifies in the core`() throws {
    fixture.core.serve(
      EnvironmentConfiguration(
        id: "site", bucket: "b-site", owner: "wxapp", primaryKey: CoreFixture.key, validity: 20,
        objects: EveryObject()))
    let request = LinkRequest(environment: "site", files: [fixture.file("图 %.png", maxAge: 60)])
    let url = try #require(
      fixture.core.answer(request, credential: try fixture.appToken()).files.first?.downloadURL)
    let link = try LinkURL(parsing: url)
    #expect(link.timestamp == "\(CoreFixture.start + 40)")
    let end = CoreFixture.start + 60
    #expect(fixture.core.verdict(on: link) == .valid(path: "图 %.png", expiresAt: end, key: .primary))
    fixture.clock.advance(seconds: 61)
    #expect(fixture.core.verdict(on: link) == .refused(.expired(at: end)))
    #expect(fixture.core.verdict(on: link, environment: "test2-4a89da") == .public(path: "图 %.png"))
    #expect(fixture.core.verdict(on: link, environment: "nowhere") == nil)
    #expect(fixture.core.verdict(on: try LinkURL(parsing: "https://elsewhere/a")) == nil)
  }

  @Test func `links may begin with another origin`() throws {
    var environment = CoreFixture.environment("site", owner: "wxapp")
    environment.linkOrigin = "http://127.0.0.1:8080"
    fixture.core.serve(environment)
    let url = try fixture.answer("site", fixture.appToken()).files.first?.downloadURL
    #expect(url?.hasPrefix("http://127.0.0.1:8080/a.png?sign=") == true)
  }

  @Test(arguments: [
    (
      RequestedFile(fileID: "A.png", maxAge: 60), -501_007, "invalid fileid: a file id begins with `cloud://`"
    ),
    (
      RequestedFile(fileID: "cloud://site.b-site//a", maxAge: 60), -501_007,
      "invalid fileid: the path begins with `/`"
    ),
    (
      RequestedFile(fileID: "cloud://other.b-site/a", maxAge: 60), -501_005,
      "the file is of another environment, `other`"
    ),
    (
      RequestedFile(fileID: "cloud://site.b-other/a", maxAge: 60), -501_007,
      "the bucket of this environment is `b-site`"
    ),
    (
      RequestedFile(fileID: "cloud://site.b-site/a", maxAge: 0), -501_007,
      "max_age must be a whole number of seconds from 1 to 2592000"
    ),
    (
      RequestedFile(fileID: "cloud://site.b-site/a", maxAge: -1), -501_007,
      "max_age must be a whole number of seconds from 1 to 2592000"
    ),
    (
      RequestedFile(fileID: "cloud://site.b-site/a", maxAge: 2_592_001), -501_007,
      "max_age must be a whole number of seconds from 1 to 2592000"
    ),
    (RequestedFile(fileID: "cloud://site.b-site/gone", maxAge: 60), 1, "STORAGE_FILE_NONEXIST"),
    (RequestedFile(fileID: "cloud://site.b-site/locked", maxAge: 60), -503_002, "no permission"),
  ])
  func `a file that gets no link costs no other its link`(file: RequestedFile, status: Int, message: String)
    throws
  {
    fixture.core.serve(CoreFixture.environment("site", owner: "wxapp", objects: SomeObjects()))
    let good = fixture.file("here", maxAge: 2_592_000)
    let answer = fixture.core.answer(
      LinkRequest(environment: "site", files: [good, file, good]), credential: try fixture.appToken())
    #expect(answer.errorCode == 0)
    #expect(answer.files.map(\.status) == [0, status, 0])
    #expect(
      answer.files[1] == AnsweredFile(fileID: file.fileID, downloadURL: "", status: status, message: message))
    #expect(answer.files[0] == answer.files[2])
  }

  struct SomeObjects: ObjectStore {
    func standing(of path: String) -> ObjectStanding {
      path == "locked" ? .forbidden : path == "here" ? .exists : .missing
    }
  }

  @Test func `fifty files are answered and fifty-one are refused`() throws {
    let files = (0..<51).map { fixture.file("\($0)") }
    let token = try fixture.appToken()
    let most = fixture.core.answer(
      LinkRequest(environment: "site", files: Array(files.prefix(50))), credential: token)
    #expect(most.files.count == 50)
    let more = fixture.core.answer(LinkRequest(environment: "site", files: files), credential: token)
    #expect(more == LinkAnswer(.badParameter, message: "Cannot operate more than 50 files one time"))
  }

  @Test func `a cancelled caller gets no answer`() async throws {
    let core = fixture.core
    let token = try fixture.appToken()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await core.links(for: LinkRequest(environment: "site", files: []), credential: token)
    }
    await #expect(throws: LinkServiceError.cancelled) { try await task.value }
  }

  @Test func `environments come and go while the core runs`() throws {
    let token = try fixture.appToken()
    #expect(fixture.answer("new", token).errorCode == -501_000)
    fixture.core.serve(CoreFixture.environment("new", owner: "wxapp"))
    #expect(fixture.answer("new", token).files.map(\.status) == [0])
    fixture.core.serve(CoreFixture.environment("new", owner: "wxapp", objects: ListedObjects([])))
    #expect(fixture.answer("new", token).files.map(\.status) == [1])
    #expect(fixture.core.environment("new")?.bucket == "b-new")
    #expect(fixture.core.withdraw(environment: "new"))
    #expect(!fixture.core.withdraw(environment: "new"))
    #expect(fixture.answer("new", token).errorCode == -501_000)
  }

  @Test func `calls and changes from many tasks do not disturb each other`() async throws {
    let core = fixture.core
    let token = try fixture.appToken()
    let request = LinkRequest(environment: "site", files: [fixture.file("a"), fixture.file("b")])
    let good = await withTaskGroup(of: Int.self) { group in
      for index in 0..<8 {
        group.addTask {
          var good = 0
          for _ in 0..<50 {
            core.serve(CoreFixture.environment("e\(index)", owner: "wxapp"))
            good += core.answer(request, credential: token).files.count { $0.status == 0 }
          }
          return good
        }
      }
      return await group.reduce(0, +)
    }
    #expect(good == 800)
  }

  @Test func `a transport's troubles say whether to try again`() {
    let troubles: [(LinkServiceError, Bool)] = [
      (.unreachable("refused"), true), (.timedOut, true), (.httpStatus(503), true), (.httpStatus(429), true),
      (.httpStatus(404), false), (.malformedAnswer(.notAnObject), true), (.cancelled, false),
      (.retryAfter(1_000, httpStatus: 503), true), (.insecure("expired"), false),
    ]
    for (error, isTransient) in troubles {
      #expect(error.isTransient == isTransient, "\(error)")
      #expect(!error.message.isEmpty)
    }
    #expect(
      LinkServiceError.malformedAnswer(.notAnObject).message
        == "the service's answer cannot be read: the message is not an object")
  }
}
