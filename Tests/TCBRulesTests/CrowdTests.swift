// Policies whose rules look so alike that they must be told apart by their beginnings, their endings or what
// they hold.

import TCBRules
import Testing

struct CrowdTests {
  /// One rule for each text, told apart by its index.
  private func policy(_ texts: [String]) throws -> Policy {
    try Policy(name: "p", rules: texts.enumerated().map { try allow($1, for: Int64($0) + 1) })
  }

  @Test(arguments: [
    ("f#/", "f#/x/y"), ("f#/a.png", "f#/a.png"), ("f#/*.png", "f#/a.png"), ("**/*.p#", "x/a.p#"),
    ("f/**/*.p#", "f/x/y/a.p#"), ("**/n#_*", "x/n#_a"), ("**/n#_/", "n#_/a"),
    ("f/?*n#/**/*.png", "f/xn#/a.png"),
    ("{a,b}{a,b}{a,b}{a,b}{a,b}/n#_*", "abbab/n#_x"), ("**/{n,m}#中*", "x/m#中"),
    ("**/#*/#*/#*/#*/x", "#/#/#/#/x"), ("*#?.png", "a#x.png"), ("**/*#[a-z]?.png", "x/y#z文.png"),
    ("x/*中#??文", "x/y中#ab文"), ("**/*_#?", "x/_#文"),
  ])
  func `each of a hundred alike is found`(_ pattern: String, _ path: String) throws {
    // Three digits, so that none holds another.
    func numbered(_ text: String, _ number: Int) -> String {
      text.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\(100 + number)")
    }
    let policy = try policy((0..<100).map { numbered(pattern, $0) })
    for number in 0..<100 {
      #expect(policy.decision(for: numbered(path, number)).rule == number)
    }
    #expect(policy.decision(for: numbered(path, 100)).rule == nil)
  }

  @Test func `literals inside one another are all found`() throws {
    let inner = ["a", "ab", "abc", "bc", "c", "bca", "cab", "abcab", "bb", "aab", "文", "a文", "acz"]
    let policy = try policy(inner.map { "*\($0)*" })
    for path in ["abcab", "xabx", "aabc", "bbcabb", "a文", "xx", "cabbca", "acy", "abcabcabc"] {
      let explained = policy.explanation(for: path)
      #expect(policy.decision(for: path) == explained.decision, "\(path)")
    }
    #expect(policy.decision(for: "xabcabx").rule == inner.firstIndex(of: "abcab"))
    #expect(policy.decision(for: "xx").rule == nil)
  }

  @Test func `a slash that a deep run takes with it is not asked for`() throws {
    let policy = try policy((0..<20).map { "**/n\($0)x*" } + (0..<20).map { "**/n\($0)/" })
    #expect(policy.decision(for: "n7x").rule == 7)
    #expect(policy.decision(for: "n7/x").rule == 27)
  }

  @Test func `paths of one folder branch at every byte`() throws {
    let letters = (0..<200).map { String(Unicode.Scalar(UInt32($0) + 0x4E00)!) }
    let policy = try policy(letters.map { "d/\($0)/" } + ["d/"])
    for (index, letter) in letters.enumerated() {
      #expect(policy.decision(for: "d/\(letter)/x").rule == index)
    }
    #expect(policy.decision(for: "d/z").rule == 200)
    #expect(policy.decision(for: "d").rule == nil)
    #expect(policy.decision(for: "").rule == nil)
  }

  @Test func `rules that need a condition do not hide those after them`() throws {
    let conditional = try (0..<20).map { try allow("a/", for: Int64($0) + 1, when: $0 == 3 ? "yes" : "no") }
    let policy = try Policy(name: "p", rules: [allow("a/", for: 99)] + conditional)
    #expect(policy.decision(for: "a/b", where: judged).maxAge == 4)
    let none = try Policy(
      name: "p", rules: [allow("a/", for: 99)] + conditional.filter { $0.origin != "site.tcb:4" })
    #expect(none.decision(for: "a/b", where: judged).maxAge == 99)
  }
}
