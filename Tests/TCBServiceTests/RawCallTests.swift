// The interface as bytes.

import TCBInterface
import TCBService
import Testing

@Suite struct RawCallTests {
  let fixture = CoreFixture()
  static let body = Array(
    (#"{"env":"test2-4a89da","file_list":[{"#
      + #""fileid":"cloud://test2-4a89da.7465-test2-4a89da/A.png","max_age":7200}]}"#).utf8)

  func text(_ answer: RawAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

  @Test func `the documentation's call is answered byte for byte`() throws {
    let call = RawCall(path: "/tcb/batchdownloadfile", query: try fixture.appToken().query, body: Self.body)
    let answer = fixture.core.answer(call)
    #expect(answer.status == 200)
    #expect(
      text(answer)
        == #"{"errcode":0,"errmsg":"ok","file_list":[{"fileid":"cloud://test2-4a89da.7465-test2-4a89da/A.png","#
        + #""download_url":"https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png","status":0,"errmsg":"ok"}]}"#
    )
  }

  @Test func `a core set up so writes files as well as fileid`() throws {
    let fixture = CoreFixture { $0.answersCompatibly = true }
    let call = RawCall(path: "/tcb/batchdownloadfile", query: try fixture.appToken().query, body: Self.body)
    let id = "cloud://test2-4a89da.7465-test2-4a89da/A.png"
    #expect(text(fixture.core.answer(call)).contains(#""fileid":"\#(id)","files":"\#(id)","#))
  }

  @Test(arguments: ["/", "", "/tcb/batchdownloadfile/", "/tcb/uploadfile", "/TCB/batchdownloadfile"])
  func `another path is not found`(path: String) {
    #expect(fixture.core.answer(RawCall(path: path, query: "", body: [])) == RawAnswer(status: 404, body: []))
  }

  @Test func `a body over one MiB is refused and one of a MiB is read`() throws {
    let query = try fixture.appToken().query
    let most = Self.body + [UInt8](repeating: 0x20, count: RawCall.maximumBody - Self.body.count)
    let path = CallPath.app.text
    #expect(
      text(fixture.core.answer(RawCall(path: path, query: query, body: most))).hasPrefix(#"{"errcode":0,"#))
    #expect(
      fixture.core.answer(RawCall(path: path, query: query, body: most + [0x20]))
        == RawAnswer(status: 413, body: []))
  }

  @Test(arguments: [
    ("[", #"{"errcode":47001,"errmsg":"data format error: expected a value at byte 1"}"#),
    ("[]", #"{"errcode":47001,"errmsg":"data format error: the message is not an object"}"#),
    (#"{"env":"e"}"#, #"{"errcode":40101,"errmsg":"missing parameter: `file_list` is missing"}"#),
    (#"{"env":1,"file_list":[]}"#, #"{"errcode":40097,"errmsg":"invalid args: `env` is not a string"}"#),
    (#"{"env":"e","file_list":[]}"#, #"{"errcode":40097,"errmsg":"invalid args: `file_list` is empty"}"#),
  ])
  func `a refusal says the documented words and then what is wrong`(body: String, answer: String) throws {
    let call = RawCall(path: CallPath.app.text, query: try fixture.appToken().query, body: Array(body.utf8))
    #expect(text(fixture.core.answer(call)) == answer)
  }

  @Test func `an unknown environment is answered in the observed pattern`() throws {
    let body = Array(#"{"env":"nowhere","file_list":[{"fileid":"f","max_age":1}]}"#.utf8)
    let call = RawCall(path: CallPath.app.text, query: try fixture.appToken().query, body: body)
    let answer = try LinkAnswer(decoding: fixture.core.answer(call).body)
    #expect(answer.errorCode == -501_000)
    #expect(answer.message.hasPrefix("[100003] env not exists"))
    #expect(answer.tcbCode == "INVALID_ENV")
    #expect(answer.requestID == "abababab-abababab-abababab")
    #expect(!answer.isTransient)
  }

  @Test(
    arguments: [
      ("access_token=a", .accessToken(Secret("a"))),
      ("x=1&access_token=a%2Fb&y", .accessToken(Secret("a/b"))),
      ("cloudbase_access_token=c", .cloudbaseAccessToken(Secret("c"))),
      ("cloudbase_access_token=c&access_token=a", .accessToken(Secret("a"))),
      ("access_token=&cloudbase_access_token=c", .cloudbaseAccessToken(Secret("c"))),
      ("access_token=100%", .accessToken(Secret("100%"))), ("my_access_token=a", .none),
      ("access_token", .none),
      ("", .none),
    ] as [(String, Credential)])
  func `the token is read from the query`(query: String, credential: Credential) {
    #expect(Credential(query: query) == credential)
  }
}
