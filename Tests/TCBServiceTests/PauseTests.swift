import TCBService
import Testing

/// What `Retry-After` of an answer comes to.
@Suite struct PauseTests {
  private static let now = "Sun, 06 Nov 1994 08:49:37 GMT"

  @Test(
    arguments: [
      ("120", nil, 120_000), ("0", nil, 0), ("Sun, 06 Nov 1994 08:50:07 GMT", now, 30_000),
      // A date that is over asks for nothing more.
      ("Sun, 06 Nov 1994 08:00:00 GMT", now, 0),
    ] as [(String, String?, Int64)])
  func `seconds and dates are read`(header: String, date: String?, pause: Int64) {
    #expect(HTTPReply(status: 503, body: [], retryAfter: header, date: date).pause == pause)
  }

  @Test(
    arguments: [
      (nil, now), ("-1", now), ("soon", now), ("99999999999999999999", now), ("1e3", now), (now, nil),
      (now, "yesterday"),
    ] as [(String?, String?)])
  func `what says nothing is passed over`(header: String?, date: String?) {
    #expect(HTTPReply(status: 503, body: [], retryAfter: header, date: date).pause == nil)
  }
}
