// A request's JSON: what is written, what is read, and the order in which troubles are told.

import TCBInterface
import Testing

@Suite struct LinkRequestTests {
  static let example =
    #"{"env":"test2-4a89da","file_list":[{"#
    + #""fileid":"cloud://test2-4a89da.7465-test2-4a89da/A.png","max_age":7200}]}"#

  static func decode(_ text: String) throws(WireError) -> LinkRequest {
    try LinkRequest(decoding: Array(text.utf8))
  }

  @Test func `the documentation's example goes round byte for byte`() throws {
    let request = try Self.decode(Self.example)
    #expect(request.environment == "test2-4a89da")
    #expect(
      request.files == [
        RequestedFile(fileID: "cloud://test2-4a89da.7465-test2-4a89da/A.png", maxAge: 7200)
      ])
    #expect(String(decoding: request.encoded(), as: UTF8.self) == Self.example)
  }

  @Test func `several files are joined by commas and none makes an empty list`() {
    let two = LinkRequest(
      environment: "e",
      files: [RequestedFile(fileID: "a", maxAge: 1), RequestedFile(fileID: "b", maxAge: -2)])
    #expect(
      String(decoding: two.encoded(), as: UTF8.self)
        == #"{"env":"e","file_list":[{"fileid":"a","max_age":1},{"fileid":"b","max_age":-2}]}"#)
    #expect(
      String(decoding: LinkRequest(environment: "", files: []).encoded(), as: UTF8.self)
        == #"{"env":"","file_list":[]}"#)
  }

  @Test func `text is written as UTF-8 and only what must be is escaped`() throws {
    let name = "图/é\u{0}\u{1F}\u{8}\u{C}\n\r\t\"\\/\u{7F}😀"
    let request = LinkRequest(environment: name, files: [])
    #expect(
      String(decoding: request.encoded(), as: UTF8.self)
        == #"{"env":"图/é\u0000\u001f\b\f\n\r\t\"\\/"# + "\u{7F}😀" + #"","file_list":[]}"#)
    #expect(try LinkRequest(decoding: request.encoded()) == request)
  }

  @Test func `the extremes of max_age go round`() throws {
    for age in [Int64.min, -1, 0, 9, 10, .max] {
      let request = LinkRequest(environment: "e", files: [RequestedFile(fileID: "f", maxAge: age)])
      #expect(try LinkRequest(decoding: request.encoded()) == request)
    }
  }

  @Test(arguments: [
    #" { "env" : "e" , "file_list" : [ { "max_age" : 5 , "fileid" : "f" } ] } "#,
    #"{"env":"e","file_list":[{"files":"f","max_age":5}]}"#,
    #"{"env":"e","file_list":[{"files":"g","fileid":"f","max_age":5}]}"#,
    #"{"env":"e","file_list":[{"fileid":"f","max_age":"5"}]}"#,
    #"{"env":"e","file_list":[{"fileid":"f","max_age":5.0}]}"#,
    #"{"env":"e","file_list":[{"fileid":"f","max_age":0.5e1}]}"#,
    #"{"\u0065nv":"e","file_list":[{"file\u0069d":"\u0066","max_age":5}]}"#,
    #"{"env":1,"env":"e","file_list":7,"file_list":[{"fileid":"x","fileid":"f","max_age":null,"max_age":5}]}"#,
    #"{"x":{"y":[1,-2.5e+3,{"z":[]},{},true,false,null,"\"]}"]},"#
      + #""env":"e","file_list":[{"q":[[[]]],"fileid":"f","max_age":5}]}"#,
  ])
  func `these all read as the same request`(text: String) throws {
    let request = try Self.decode(text)
    #expect(request == LinkRequest(environment: "e", files: [RequestedFile(fileID: "f", maxAge: 5)]))
  }

  @Test(arguments: [
    ("{}", "env"), (#"{"env":"e"}"#, "file_list"), (#"{"env":null,"file_list":[]}"#, "env"),
    (#"{"env":"e","file_list":null}"#, "file_list"),
    (#"{"env":"e","file_list":[{"max_age":1}]}"#, "file_list[0].fileid"),
    (#"{"env":"e","file_list":[{"fileid":"a","max_age":1},{"fileid":"f"}]}"#, "file_list[1].max_age"),
    // A missing field is told before one of a wrong type, wherever they stand.
    (#"{"env":7,"file_list":[{"fileid":1,"max_age":1},{"fileid":"f"}]}"#, "file_list[1].max_age"),
    (#"{"env":7}"#, "file_list"),
  ])
  func `a missing field is named`(text: String, field: String) {
    #expect(throws: WireError.missing(field: field)) { try Self.decode(text) }
  }

  @Test(
    arguments: [
      (#"{"env":7,"file_list":[]}"#, "env", .text), (#"{"env":"e","file_list":{}}"#, "file_list", .list),
      (#"{"env":"e","file_list":"[]"}"#, "file_list", .list),
      (#"{"env":"e","file_list":[{"fileid":"f","max_age":1},3]}"#, "file_list[1]", .object),
      (#"{"env":"e","file_list":[{"fileid":[],"max_age":1}]}"#, "file_list[0].fileid", .text),
      (#"{"env":"e","file_list":[{"fileid":"f","max_age":1.5}]}"#, "file_list[0].max_age", .wholeNumber),
      (#"{"env":"e","file_list":[{"fileid":"f","max_age":1e400}]}"#, "file_list[0].max_age", .wholeNumber),
      (
        #"{"env":"e","file_list":[{"fileid":"f","max_age":9223372036854775808}]}"#, "file_list[0].max_age",
        .wholeNumber
      ),
      (#"{"env":"e","file_list":[{"fileid":"f","max_age":"2h"}]}"#, "file_list[0].max_age", .wholeNumber),
      (#"{"env":"e","file_list":[{"fileid":"f","max_age":""}]}"#, "file_list[0].max_age", .wholeNumber),
      (#"{"env":"e","file_list":[{"fileid":"f","max_age":true}]}"#, "file_list[0].max_age", .wholeNumber),
    ] as [(String, String, WireError.FieldType)])
  func `a field of the wrong type is named`(text: String, field: String, type: WireError.FieldType) {
    #expect(throws: WireError.wrongType(field: field, expected: type)) { try Self.decode(text) }
  }

  @Test(arguments: ["[]", "7", #""x""#, "null", " true "])
  func `what is JSON but no object is told so`(text: String) {
    #expect(throws: WireError.notAnObject) { try Self.decode(text) }
  }

  @Test func `each trouble has its code and its sentence`() {
    let troubles: [(WireError, ErrorCode, String)] = [
      (.notAnObject, .dataFormat, "the message is not an object"),
      (.malformed(at: 4, expected: .colon), .dataFormat, "expected `:` at byte 4"),
      (.missing(field: "env"), .missingParameter, "`env` is missing"),
      (.wrongType(field: "env", expected: .text), .invalidArguments, "`env` is not a string"),
    ]
    for (error, code, message) in troubles {
      #expect(error.code == code)
      #expect(error.message == message)
    }
  }
}
