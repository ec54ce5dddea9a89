import TCBText
import Testing

@Suite struct DurationParsingTests {
  @Test(arguments: [0, 1, 999, 1_000, 5_400_000, 86_400_000, 90_061_001, 2_592_000_000, Int64.max])
  func `what is formatted is parsed`(milliseconds: Int64) {
    #expect(DurationText.parse(DurationText.format(milliseconds)) == milliseconds)
  }

  @Test(arguments: [
    "", "1", "h", "1 h", "1x", "1.5h", "-1h", "1h1h", "1m1h", "1h ", "99999999999999999999s",
    "9223372036854775807w",
    "1H", "١h",
  ])
  func `what is no duration has no value`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test func `weeks are understood`() {
    #expect(DurationText.parse("1w2d") == 777_600_000)
  }
}
