import Glibc
import Testing

/// Secrets of every kind, given in every way, are looked for in every byte that leaves the program.
@Suite struct CanaryTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private static let definitions = """
    env demo {
      id "e1"   bucket "b1"   account "1"
      api embedded any    token main
      key "canarykey1"  backup_key "canarykey2"
    }
    env other { id "e2" bucket "b2" account "1" api embedded any token fixed key $SIGNING_KEY }
    env third { id "e3" bucket "b3" account "1" api embedded any token filed }
    env fourth { id "e4" bucket "b4" account "1" api embedded any token merchant }
    token main from app { appid "wx1" secret "canary-secret-1" }
    token fixed from variable "WX_TOKEN"
    token filed from file "token.txt"
    token platform from component { appid "wxc" secret $APP_SECRET ticket "canary-ticket" }
    token merchant from authorizer { component platform appid "wx2" refresh "canary-refresh" }
    use env demo
    policy site { default max_age 1h; "tmp/" deny "no" }

    """

  private static let environment = [
    "WX_TOKEN": "canary-token-1", "SIGNING_KEY": "canarykey3", "APP_SECRET": "canary-secret-2",
  ]

  private func expectNoCanary(_ outcomes: [Program.Outcome], except own: Set<String>) throws {
    for outcome in outcomes {
      #expect(!outcome.outputText.contains("canary"), "\(outcome.outputText)")
      #expect(!outcome.errorText.contains("canary"), "\(outcome.errorText)")
    }
    for name in folder.names() where !own.contains(name) && name != "state" {
      #expect(folder.contents(of: name)?.contains("canary") == false, "\(name)")
    }
    for name in folder.names(in: "state") {
      #expect(folder.contents(of: "state/" + name)?.contains("canary") == false, "state/\(name)")
    }
  }

  private func run(_ script: String) throws -> Program.Outcome {
    try folder.run(Self.definitions + script, environment: Self.environment)
  }

  @Test func `no secret is in the output, the errors or a file`() throws {
    try folder.write("token.txt", "canary-token-2\n")
    let files = #"["a.png", "tmp/x", "cloud://e2.b2/b", "cloud://e3.b3/c", "cloud://e4.b4/d"]"#
    let formats = ["csv", "tsv", "json", "ndjson", "md", "urls"]
    let exports = formats.map { "links \(files) using site | export to \"out.\($0)\"\n" }.joined()
    var outcomes = [
      try run(
        exports
          + "links \(files) using site | show as json\nplan \(files) using site\nexplain \"a\" using site"),
      try run("print demo, other, third, fourth, main, fixed, filed, platform, merchant\nprint \"\\(main)\""),
      try run(
        "print {a: main, b: [demo]}\nlet x = $WX_TOKEN\nprint x\nprint \"token: \\(x) \\($SIGNING_KEY)\""),
      try run("export [{token: $WX_TOKEN, url: \"x/canarykey1\"}] to \"more.csv\""),
      try run("verify \"https://6231-b1-1.tcb.qcloud.la/a.png?sign=0&t=1\""),
      try run("print 1 / 0"), try run("print $WX_TOKEN + 1"), try run("print nothing(\"canarykey1\")"),
      try run("token wrong from app { appid \"w\" secret \"canary-secret-3\" nonsense 1 }"),
      try run("token wrong from app { appid \"w\" secret \"canary-secret-3\" }}"),
      try run("env wrong { id 5 key \"canarykey4\" }"),
    ]
    outcomes.append(try folder.tcbsh(["check", "main.tcb"], environment: Self.environment))
    #expect(folder.names().filter { $0.hasPrefix("out.") }.count == formats.count)
    #expect(outcomes[0].status == 0, "\(outcomes[0].errorText)")
    #expect(outcomes[0].outputText.contains("sign="))
    try expectNoCanary(outcomes, except: ["main.tcb", "token.txt"])
  }

  @Test func `no secret is in the history`() throws {
    let terminal = try Terminal.prompt(in: folder)
    for entry in [
      #"token main from app { appid "wx1" secret "canary-1" }"#, #"env e { id "e1" key "canary2" "#,
      #"tokn x from app { secret "canary-3" "#,
      #"env e { id "e1" bucket "b" api embedded any key 'canary4' }}"#,
    ] {
      try terminal.send(entry + "\r")
      try terminal.expect("\n")
      try terminal.expect("> ")
      try terminal.send("\u{3}")
      try terminal.expect("tcb> ")
    }
    try terminal.send("\u{4}")
    _ = try terminal.waitForExit()
    let history = folder.contents(of: "state/history") ?? ""
    #expect(history.contains("token main"))
    #expect(!history.contains("canary"))
  }

  @Test func `a key that was made is its owner's alone`() throws {
    let outcome = try folder.run(
      """
      env demo { id "e1" bucket "b1" account "1" api embedded any }
      use env demo
      links "a" | show as urls
      """)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let kept = folder.names(in: "state")
    #expect(!kept.isEmpty)
    for name in kept {
      #expect((folder.permissions(of: "state/" + name) ?? 0) & 0o077 == 0, "\(name)")
    }
  }
}
