import TCBText
import Testing

@Suite struct DurationTextTests {
  @Test(
    arguments: [
      (0, "0s"), (500, "500ms"), (90_000, "1m30s"), (5_400_000, "1h30m"), (604_800_000, "7d"),
      (2_592_000_000, "30d"),
      (-1_500, "-1s500ms"), (86_400_001, "1d1ms"),
    ] as [(Int64, String)])
  func `a duration prints as the language writes it`(milliseconds: Int64, text: String) {
    #expect(DurationText.format(milliseconds) == text)
  }

  @Test func `the longest durations print`() {
    #expect(DurationText.format(.max) == "106751991167d7h12m55s807ms")
    #expect(DurationText.format(.min) == "-106751991167d7h12m55s808ms")
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("exprot", "export"), ("expot", "export"), ("Export", "export"), ("xport", "export"), ("lniks", "links"),
  ])
  func `a slip of the fingers finds its name`(typed: String, meant: String) {
    #expect(NearestName.of(typed, among: ["links", "export", "print"]) == meant)
  }

  @Test(arguments: ["zzzzzz", "x", "", "expansion"])
  func `what is near nothing finds nothing`(typed: String) {
    #expect(NearestName.of(typed, among: ["links", "export", "print"]) == nil)
  }
}
