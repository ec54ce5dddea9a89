// The table of codes.

import TCBInterface
import Testing

@Suite struct ErrorCodeTests {
  @Test(arguments: [
    (0, "ok"), (-1, "system error"), (-1000, "system error"),
    (40001, "invalid credential, access_token is invalid or not latest"), (40014, "invalid access_token"),
    (40097, "invalid args"), (40101, "missing parameter"), (41001, "access_token missing"),
    (42001, "access_token expired"), (43002, "require POST method"), (44002, "empty post data"),
    (47001, "data format error"), (85088, "no qbase privilege"), (-503_003, "STORAGE_FILE_NONEXIST"),
  ])
  func `the documented words stand as documented`(number: Int, text: String) {
    #expect(ErrorCode(number: number)?.text == text)
    #expect(ErrorCode(number: number)?.textProvenance != .ours)
  }

  @Test(arguments: [
    0, -1, -1000, -501_000, -501_001, -501_002, -501_003, -501_004, -501_005, -501_007, -501_009, -503_001,
    -503_002,
    -503_003, 40001, 40013, 40014, 40097, 40101, 40125, 40164, 40243, 41001, 42001, 43002, 44002, 45009,
    45011, 47001,
    48001, 48006, 76021, 76022, 61004, 61005, 61006, 61007, 61011, 61023, 85088,
  ])
  func `every code of the interface is known by its number`(number: Int) {
    #expect(ErrorCode(number: number)?.number == number)
  }

  @Test(arguments: [1, 40002, 99999, -2, -501_006, Int.min, Int.max])
  func `an unknown number is no code`(number: Int) {
    #expect(ErrorCode(number: number) == nil)
  }

  @Test func `every code has words of one plain line`() {
    for code in ErrorCode.allCases {
      for words in [code.text, code.meaning, code.advice] {
        #expect(!words.isEmpty && !words.hasSuffix(".") && !words.contains("\n"), "\(code)")
      }
    }
  }

  @Test func `these and no others are transient`() {
    let transient = ErrorCode.allCases.filter(\.isTransient).map(\.number)
    #expect(
      Set(transient) == [
        -1, -1000, -501_000, -501_001, -501_002, -501_003, -501_004, -503_001, 45011,
      ])
  }

  @Test func `these and no others mean that the token is bad`() {
    #expect(Set(ErrorCode.allCases.filter(\.meansTokenIsBad).map(\.number)) == [40001, 40014, 42001])
  }

  @Test func `where a code comes from is told`() {
    #expect(ErrorCode.invalidCredential.provenance == .documented)
    #expect(ErrorCode.cloudSystem.provenance == .observed)
    #expect(ErrorCode.badParameter.provenance == .documented)
    #expect(ErrorCode.badParameter.textProvenance == .ours)
  }
}
