// An answer's JSON, and what its message carries.

import TCBInterface
import Testing

@Suite struct LinkAnswerTests {
  static let example =
    #"{"errcode":0,"errmsg":"ok","file_list":[{"fileid":"cloud://test2-4a89da.7465-test2-4a89da/A.png","#
    + #""download_url":"https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png","status":0,"errmsg":"ok"}]}"#

  static func decode(_ text: String) throws(WireError) -> LinkAnswer {
    try LinkAnswer(decoding: Array(text.utf8))
  }

  @Test func `the documentation's example goes round byte for byte`() throws {
    let answer = try Self.decode(Self.example)
    #expect(answer.errorCode == 0)
    #expect(answer.files.map(\.downloadURL) == ["https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png"])
    #expect(String(decoding: answer.encoded(), as: UTF8.self) == Self.example)
  }

  @Test func `a compatible answer names each file twice and reads the same`() throws {
    let answer = LinkAnswer(
      errorCode: 0, message: "ok",
      files: [AnsweredFile(fileID: "f", downloadURL: "u", status: 0, message: "")])
    let bytes = answer.encoded(compatible: true)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"errcode":0,"errmsg":"ok","file_list":[{"fileid":"f","files":"f","#
        + #""download_url":"u","status":0,"errmsg":""}]}"#
    )
    #expect(try LinkAnswer(decoding: bytes) == answer)
  }

  @Test func `a refused call has no list of files`() throws {
    let answer = LinkAnswer(.accessTokenExpired)
    #expect(
      String(decoding: answer.encoded(), as: UTF8.self)
        == #"{"errcode":42001,"errmsg":"access_token expired"}"#)
    #expect(try LinkAnswer(decoding: answer.encoded()) == answer)
  }

  @Test(arguments: [
    ("{}", LinkAnswer(errorCode: 0, message: "")),
    (#"{"errcode":"-501000","errmsg":null,"file_list":null}"#, LinkAnswer(errorCode: -501_000, message: "")),
    (#"{"errcode":null,"errmsg":"x"}"#, LinkAnswer(errorCode: 0, message: "x")),
    (
      #"{"file_list":[{"files":"f","download_url":"u"}]}"#,
      LinkAnswer(
        errorCode: 0, message: "",
        files: [AnsweredFile(fileID: "f", downloadURL: "u", status: 0, message: "")])
    ),
    (
      #"{"file_list":[{"files":"g","fileid":"f","status":"1","errmsg":"no"},{"status":2}]}"#,
      LinkAnswer(
        errorCode: 0, message: "",
        files: [
          AnsweredFile(fileID: "f", downloadURL: "", status: 1, message: "no"),
          AnsweredFile(fileID: "", downloadURL: "", status: 2, message: ""),
        ])
    ),
  ])
  func `absent and null fields, numbers as text and files for fileid are read`(
    text: String, answer: LinkAnswer
  ) throws {
    #expect(try Self.decode(text) == answer)
  }

  @Test(
    arguments: [
      (#"{"errcode":"x"}"#, "errcode", .wholeNumber), (#"{"errcode":1.5}"#, "errcode", .wholeNumber),
      (#"{"errmsg":1}"#, "errmsg", .text), (#"{"file_list":{}}"#, "file_list", .list),
      (#"{"file_list":[[]]}"#, "file_list[0]", .object),
      (#"{"file_list":[{},{"fileid":1}]}"#, "file_list[1].fileid", .text),
      (#"{"file_list":[{"download_url":1}]}"#, "file_list[0].download_url", .text),
      (#"{"file_list":[{"status":[]}]}"#, "file_list[0].status", .wholeNumber),
      (#"{"file_list":[{"errmsg":{}}]}"#, "file_list[0].errmsg", .text),
    ] as [(String, String, WireError.FieldType)])
  func `a field of the wrong type is named`(text: String, field: String, type: WireError.FieldType) {
    #expect(throws: WireError.wrongType(field: field, expected: type)) { try Self.decode(text) }
  }

  @Test(
    arguments: [
      ("[100003] env not exists TcbCode: [INVALID_ENV] rid: 65f2a1-0b1c_2d", "INVALID_ENV", "65f2a1-0b1c_2d"),
      ("x rid: abc, more", nil, "abc"), ("TcbCode: [A]", "A", nil), ("TcbCode: [] rid: ", nil, nil),
      ("TcbCode: [OPEN", "OPEN", nil), ("ok", nil, nil), ("rid", nil, nil), ("", nil, nil),
    ] as [(String, String?, String?)])
  func `the cloud's code and the request's id are taken out of the message`(
    message: String, tcbCode: String?, requestID: String?
  ) {
    let answer = LinkAnswer(errorCode: -501_000, message: message)
    #expect(answer.tcbCode == tcbCode)
    #expect(answer.requestID == requestID)
  }

  @Test(arguments: [
    (0, "ok", false, false), (-1, "", true, false), (42001, "", false, true), (-501_000, "", true, false),
    (-501_000, "TcbCode: [INVALID_ENV]", false, false), (-501_000, "TcbCode: [SYS_ERR]", true, false),
    (123_456, "", false, false), (40001, "", false, true),
  ])
  func `an answer says whether to try again and whether the token is bad`(
    code: Int, message: String, isTransient: Bool, meansTokenIsBad: Bool
  ) {
    let answer = LinkAnswer(errorCode: code, message: message)
    #expect(answer.isTransient == isTransient)
    #expect(answer.meansTokenIsBad == meansTokenIsBad)
  }
}
