import TCBEngine
import TCBHost
import TCBSyntax
import TCBTestSupport
import Testing

/// Tokens of every source, used and never shown.
@Suite struct TokenTests {
  static func definitions(_ token: String) -> String {
    """
    env demo {
      id "test2-4a89da"   bucket "7465-test2-4a89da"   account "1258717764"
      api embedded any    token main
    }
    use env demo
    \(token)
    """
  }

  @Test(arguments: [
    #"token main from app { appid "wx1" secret "canary-secret" }"#,
    #"token main from variable "WX_TOKEN""#,
    #"token main from file "token.txt""#,
    #"token main from cloudbase variable "WX_TOKEN""#,
    #"token main from cloudbase file "token.txt""#,
    #"token main from command "vault read 'wx prod'""#,
    #"token main from command ["vault", "read", "wx prod"]"#,
    """
    token platform from component { appid "wxc" secret "canary-secret" ticket file "ticket.txt" }
    token main from authorizer { component platform appid "wx1" refresh "canary-refresh" }
    """,
    """
    token platform from component { appid "wxc" secret "canary-secret" ticket "canary-ticket" }
    token main from authorizer { component platform appid "wx1" refresh "canary-refresh" }
    """,
  ])
  func `links come with a token of every source`(token: String) async {
    let stage = await Stage(
      files: ["token.txt": "canary-token\n", "ticket.txt": "canary-ticket\n"],
      variables: ["WX_TOKEN": "canary-token"], definitions: TokenTests.definitions(token))
    stage.host.setOutput(.success(" canary-token\n"), of: ["vault", "read", "wx prod"])
    #expect(
      await stage.run("links [\"A.png\", \"b.png\"] | export to \"out.json\" | show columns path, status")
        == 0)
    #expect(stage.host.output.ranges(of: " ok").count == 2)
    await stage.run("print main\nprint demo\nprint {token: main}")
    let everything = stage.host.output + stage.host.diagnostics + (stage.host.contents("out.json") ?? "")
    #expect(!everything.contains("canary"))
  }

  @Test(arguments: [
    (#"token main from variable "MISSING""#, "E0722"), (#"token main from file "missing.txt""#, "E0722"),
    (#"token main from command "missing""#, "E0722"), (#"token main from command "fails""#, "E0722"),
    (#"token main from command "talks""#, "E0722"), (#"token main from command "silent""#, "E0722"),
  ])
  func `a token that is not there is told`(token: String, code: String) async {
    let stage = await Stage(definitions: TokenTests.definitions(token))
    stage.host.setOutput(.failure(HostError(.endedWith(2))), of: ["fails"])
    stage.host.setOutput(.success("Your token: canary\n"), of: ["talks"])
    stage.host.setOutput(.success("\n"), of: ["silent"])
    #expect(await stage.run("links \"A.png\"") == 1)
    #expect(stage.host.diagnostics.contains("error[\(code)]"), "\(stage.host.diagnostics)")
    #expect(!stage.host.diagnostics.contains("canary"))
  }

  @Test func `a run without commands runs none`() async {
    let stage = await Stage(definitions: TokenTests.definitions(#"token main from command "vault read""#))
    stage.host.setOutput(.success("canary"), of: ["vault", "read"])
    stage.host.deny(.command)
    #expect(await stage.run("links \"A.png\"") == 1)
    #expect(stage.host.diagnostics.contains("error[E0905]: this run may not use `command`"))
  }

  @Test(
    arguments: [
      ("a b", ["a", "b"]), ("  a\t'b c' \"d 'e\" ", ["a", "b c", "d 'e"]),
      (#"a\ b "\"" '\'"#, ["a b", "\"", "\\"]),
      ("a'b'c ''", ["abc", ""]), ("$HOME *.txt | x", ["$HOME", "*.txt", "|", "x"]), ("a 'b", nil),
      (#"a\"#, nil), ("", []),
    ] as [(String, [String]?)])
  func `the words of a command are split as a shell does, and no more`(line: String, words: [String]?) {
    #expect(CommandWords.split(line) == words)
  }

  @Test func `a key is made once and used again`() async {
    let definitions = TokenTests.definitions(#"token main from app { appid "wx1" secret "s3cret!" }"#)
    let stage = await Stage(definitions: definitions)
    await stage.run("links \"A.png\" | show as urls")
    let first = stage.host.takeOutput()
    let again = Session(host: stage.host)
    _ = await again.run(.init(name: "t", definitions + "\nlinks \"A.png\" | show as urls"), mode: .script)
    #expect(first.contains("sign="))
    #expect(stage.host.takeOutput() == first)
  }

  @Test func `a link of one session holds in the next`() async {
    let definitions = TokenTests.definitions(#"token main from app { appid "wx1" secret "s3cret!" }"#)
    let stage = await Stage(definitions: definitions)
    await stage.run("links \"价目 表.pdf\" | show as urls")
    let url = stage.host.takeOutput().split(separator: "\n").first.map(String.init) ?? ""
    #expect(await stage.run("verify \"\(url)\"") == 0)
    #expect(stage.host.takeOutput().contains("价目 表.pdf"))
    let changed = url.replacing("sign=", with: "sign=0")
    #expect(await stage.run("verify \"\(changed)\"") == 1)
    #expect(stage.host.takeOutput().hasPrefix("refused: "))
    stage.host.advance(milliseconds: 2 * 3_600_000 + 1_000)
    #expect(await stage.run("verify \"\(url)\"") == 1)
    #expect(stage.host.takeOutput().contains("expired"))
  }
}
