// Lines of a record, read back.

import TCBInterface
import TCBService
import Testing

@Suite struct RecordedCallTests {
  private func recorded(_ path: String, _ body: [UInt8], errorCode: Int? = 0) -> [UInt8] {
    RecordedRequest(
      time: 1, id: "r1", method: "POST", path: path, query: "access_token=x", body: body, status: 200,
      errorCode: errorCode, bytes: 1, microseconds: 1, faults: []
    ).line { _ in 1 }
  }

  @Test(arguments: CallPath.allCases) func `a call comes back as it was`(path: CallPath) throws {
    let request = LinkRequest(
      environment: "e-1", files: [RequestedFile(fileID: "cloud://e-1.b/图 \"1\".png", maxAge: 60)])
    for code in [0, -1, nil] {
      guard case .call(let call) = RecordedCall.line(recorded(path.text, request.encoded(), errorCode: code))
      else {
        Issue.record("no call")
        continue
      }
      #expect(call.request == request && call.path == path && call.errorCode == code && call.id == "r1")
    }
  }

  @Test func `what cannot be sent again is told from what is no record`() {
    for line in [
      recorded("/cgi-bin/stable_token", Array(#"{"appid":"a","secret":"s"}"#.utf8)),
      recorded("/files/e-1/a.png", []), recorded("/tcb/batchdownloadfile", Array("{".utf8)),
    ] {
      guard case .other = RecordedCall.line(line) else {
        Issue.record("\(String(decoding: line, as: UTF8.self))")
        continue
      }
    }
    for text in ["", "{", "[]", "5", "{}", #"{"path":5}"#, #"{"path":"/tcb/batchdownloadfile"} x"#] {
      guard case .unreadable = RecordedCall.line(Array(text.utf8)) else {
        Issue.record("\(text)")
        continue
      }
    }
  }
}
