import TCBHost
import TCBText
import Testing

@Suite struct TimeTextTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"),
    (1_795_474_200_000, "2026-11-23T22:50:00Z"),
    (1_795_474_200_123, "2026-11-23T22:50:00.123Z"),
    (951_782_400_000, "2000-02-29T00:00:00Z"),
    (-1, "1969-12-31T23:59:59.999Z"),
    (-2_203_891_200_000, "1900-03-01T00:00:00Z"),
    (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
  ])
  func `a time is written in UTC and read back`(time: Int64, text: String) {
    #expect(TimeText.format(time) == text)
    #expect(TimeText.parse(text) == time)
  }

  @Test(arguments: [
    ("2026-11-24T06:50:00+08:00", 1_795_474_200_000),
    ("2026-11-23T17:20:00-05:30", 1_795_474_200_000),
    ("2026-11-23t22:50:00z", 1_795_474_200_000),
    ("2026-11-23 22:50:00Z", 1_795_474_200_000),
    ("2026-11-23T22:50:00.5Z", 1_795_474_200_500),
    ("2026-11-23T22:50:00.1239999999999999999999Z", 1_795_474_200_123),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ("2017-01-01T07:59:60+08:00", 1_483_228_800_000),
  ])
  func `offsets, fractions and leap seconds are understood`(text: String, time: Int64) {
    #expect(TimeText.parse(text) == time)
  }

  @Test(arguments: [
    "", "2026", "2026-11-23", "2026-11-23T22:50Z", "2026-11-23T22:50:00", "2026-11-23T22:50:00.Z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T12:00:60Z",
    "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+08", "2026-01-01T00:00:00+0800",
    "2026-01-01T00:00:00Zx", " 2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "+02026-01-01T00:00:00Z",
    "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "２０２６-01-01T00:00:00Z",
  ])
  func `what is no time is refused`(text: String) {
    #expect(TimeText.parse(text) == nil)
  }

  @Test func `the ends of the clock do not trap`() {
    #expect(TimeText.format(.min) == "-292275055-05-16T16:47:04.192Z")
    #expect(TimeText.format(.max) == "+292278994-08-17T07:12:55.807Z")
    #expect(TimeText.format(253_402_300_800_000) == "+010000-01-01T00:00:00Z")
    #expect(TimeText.format(-62_135_596_800_001) == "+000000-12-31T23:59:59.999Z")
  }

  @Test func `every day of four centuries goes there and back`() {
    var previous = ""
    for day in Int64(-36_524)...109_573 {
      let text = TimeText.format(day * 86_400_000)
      #expect(TimeText.parse(text) == day * 86_400_000)
      #expect(text > previous)
      previous = text
    }
  }
}
