import TCBLinks
import Testing

@Suite struct PathPartsTests {
  @Test(arguments: [("a/b.tar.gz", "gz"), ("a/.hidden", ""), ("a.d/b", ""), ("b.", "")])
  func `the ending is what follows the last dot of the name`(path: String, ending: String) {
    #expect(PathParts.ext(path) == ending)
  }
}
