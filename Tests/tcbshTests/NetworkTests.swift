import Glibc
import Testing

/// The server and the client as two processes.
@Suite struct NetworkTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write("site.tcb", Self.definitions(api: "embedded any"))
  }

  private static func definitions(api: String) -> String {
    """
    token main from app { appid "wx1" secret "canary-secret" }
    env demo { id "test2-4a89da" bucket "7465-test2-4a89da" account "1258717764" api \(api) token main read public }

    """
  }

  /// Runs shell commands while a server runs, whose address is `$ADDRESS`; gives what they print.
  private func serving(_ commands: String) throws -> Program.Outcome {
    let script = """
      "$TCBSH" serve --port 0 --record requests site.tcb 2>log & server=$!
      until grep -q '^serving' log; do kill -0 "$server" || break; sleep 0.05; done
      ADDRESS=$(sed -n 's/^serving .* on //p' log)
      \(commands)
      kill "$server"; wait "$server"; echo "server ended with $?"
      """
    return try Program.run(
      ["-c", script], environment: folder.state.merging(["TCBSH": try Program.path()]) { $1 },
      directory: folder.path, program: "/bin/sh")
  }

  @Test func `links come from a server of its own`() throws {
    try folder.write(
      "client.tcb", Self.definitions(api: "args[0]") + "links [\"A.png\", \"图.png\"] in demo | show as urls")
    let outcome = try serving(#""$TCBSH" run client.tcb "$ADDRESS""#)
    #expect(
      outcome.outputText == """
        https://7465-test2-4a89da-1258717764.tcb.qcloud.la/A.png
        https://7465-test2-4a89da-1258717764.tcb.qcloud.la/%E5%9B%BE.png
        server ended with 0

        """, "\(outcome.errorText)")
    #expect(!outcome.errorText.contains("canary"))
  }

  @Test func `processes that start together fetch one token, and later ones none`() throws {
    try folder.write(
      "client.tcb", Self.definitions(api: "args[0]") + "print (links \"A.png\" in demo | first).status")
    let outcome = try serving(
      #"""
      clients=
      for number in 1 2 3 4 5 6; do "$TCBSH" run client.tcb "$ADDRESS" & clients="$clients $!"; done
      for client in $clients; do wait "$client"; done
      "$TCBSH" run client.tcb "$ADDRESS"
      grep -c stable_token requests
      stat -c %a "$TCB_STATE"/token-* | sort -u
      """#)
    let lines = String(repeating: "ok\n", count: 7)
    #expect(outcome.outputText == lines + "1\n600\nserver ended with 0\n", "\(outcome.errorText)")
  }

  @Test func `doctor says from outside what is wrong with a token`() throws {
    try folder.write("good.tcb", Self.definitions(api: "$ADDRESS"))
    try folder.write(
      "wrong.tcb", Self.definitions(api: "$ADDRESS").replacing("canary-secret", with: "canary-wrong"))
    let outcome = try serving(
      #"""
      export ADDRESS
      "$TCBSH" token doctor main good.tcb; echo "$?"
      "$TCBSH" token doctor --lang zh main wrong.tcb; echo "$?"
      "$TCBSH" token doctor other good.tcb; echo "$?"
      """#)
    #expect(outcome.outputText.contains("good  there is a token"), "\(outcome.outputText)")
    #expect(outcome.outputText.contains("calls are left today\n  good  this machine's clock agrees"))
    #expect(outcome.outputText.contains("没有得到令牌：应用密钥错误（40125）"))
    let statuses = outcome.outputText.split(separator: "\n").map(String.init).filter { $0.count == 1 }
    #expect(statuses == ["0", "1", "2"], "\(outcome.outputText)\(outcome.errorText)")
    #expect(!(outcome.outputText + outcome.errorText).contains("canary"))
  }

  @Test func `a host that nobody is at is left alone, and each file has its answer`() throws {
    try folder.write(
      "client.tcb",
      """
      token none from nothing
      env demo { id "e1" bucket "6531-e1" api "http://127.0.0.1:1" token none retries 0 }
      files many from lines "paths.txt"
      print (links many in demo | where it.code in ["unreachable", "host-down"] | count)
      """)
    try folder.write("paths.txt", (0..<1_000).map { "\($0).png\n" }.joined())
    let outcome = try folder.tcbsh(["run", "client.tcb"])
    #expect((outcome.status, outcome.outputText) == (3, "1000\n"))
    #expect(outcome.errorText.ranges(of: "warning[E0726]: `http://127.0.0.1:1` does not answer").count == 1)
  }

  @Test func `a script from a pipe reaches the network too`() throws {
    try folder.write(
      "client.tcb", Self.definitions(api: "$ADDRESS") + "print (links \"A.png\" in demo | first).status")
    let outcome = try serving("export ADDRESS; cat client.tcb | \"$TCBSH\"; \"$TCBSH\" run - <client.tcb")
    #expect(outcome.outputText == "ok\nok\nserver ended with 0\n", "\(outcome.errorText)")
  }

  @Test func `a state outlives a server that is killed, and a seed begins one`() throws {
    try folder.write(
      "seed.json",
      """
      {"version": 1, "apps": {"wx7": {"secret": "canary-seven"}},
       "environments": {"seeded": {"bucket": "b", "account": "1", "owner": "wx7"}}}
      """)
    let outcome = try Program.run(
      [
        "-c",
        """
        start() {
          : >log
          "$TCBSH" serve --port 0 --state kept --seed seed.json 2>log & server=$!
          until grep -q '^serving' log; do kill -0 "$server" || break; sleep 0.05; done
          ADDRESS=$(sed -n 's/^serving .* on //p' log)
        }
        token() { curl -s "$ADDRESS/cgi-bin/stable_token" -d '{"grant_type":"client_credential","appid":"wx7","secret":"canary-seven"}'; }
        start
        sed -n 's/^\\(serving [a-z]*\\) on .*/\\1/p' log
        first=$(token)
        kill -9 "$server"; wait "$server" 2>/dev/null
        start
        text=$(echo "$first" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
        curl -s "$ADDRESS/tcb/batchdownloadfile?access_token=$text" -d '{"env":"seeded","file_list":[{"fileid":"cloud://seeded.b/a","max_age":60}]}' | cut -c1-30
        case "$(token)" in *"$text"*) echo the same token ;; esac
        "$TCBSH" serve --port 0 --state kept
        grep -rl -e canary -e "$text" kept
        kill "$server"; wait "$server"; echo "server ended with $?"
        """,
      ], environment: folder.state.merging(["TCBSH": try Program.path()]) { $1 }, directory: folder.path,
      program: "/bin/sh")
    #expect(
      outcome.outputText == """
        serving seeded
        {"errcode":0,"errmsg":"ok","fi
        the same token
        server ended with 0

        """, "\(outcome.errorText)")
    #expect(outcome.errorText.contains("error[E0732]"), "\(outcome.errorText)")
  }

  @Test func `a server that is hung up on reads its certificate and its record again, and serves on`() throws
  {
    let outcome = try Program.run(
      [
        "-c",
        #"""
        for name in one two; do "$TCBSH" serve --port 0 --tls-self-signed $name site.tcb 2>$name.log & made=$!
          until grep -q '^serving' $name.log; do sleep 0.05; done
          kill "$made"; wait "$made"
        done
        cp one/certificate.pem one/key.pem .
        "$TCBSH" serve --port 0 --tls-cert certificate.pem --tls-key key.pem --record requests site.tcb 2>log & server=$!
        until grep -q '^serving' log; do sleep 0.05; done
        ADDRESS=$(sed -n 's/^serving .* on //p' log)
        ask() { curl -s --cacert $1/certificate.pem "$ADDRESS/cgi-bin/token" | cut -c1-16; }
        ask one
        mv requests requests.old
        cp two/certificate.pem two/key.pem .
        kill -HUP "$server"
        until grep -q 'the record was opened again' log; do sleep 0.05; done
        ask two
        curl -s --cacert one/certificate.pem "$ADDRESS/healthz" || echo refused
        grep -c cgi-bin requests.old requests
        echo nothing >certificate.pem
        kill -HUP "$server"
        until grep -q '"level":"error"' log; do sleep 0.05; done
        ask two
        kill "$server"; wait "$server"; echo "server ended with $?"
        grep -c '"message":"the certificate was read again"' log
        """#,
      ], environment: folder.state.merging(["TCBSH": try Program.path()]) { $1 }, directory: folder.path,
      program: "/bin/sh")
    #expect(
      outcome.outputText == """
        {"errcode":40101
        {"errcode":40101
        refused
        requests.old:1
        requests:1
        {"errcode":40101
        server ended with 0
        1

        """, "\(outcome.errorText)")
  }

  @Test func `a server ends with the terminal that it belongs to`() throws {
    let terminal = try Terminal(
      arguments: ["serve", "--port", "0", folder.path + "/site.tcb"], environment: folder.state)
    try terminal.expect("serving test2-4a89da on http://127.0.0.1:")
    terminal.signal(SIGHUP)
    try terminal.expect("there is nothing to read again")
    #expect(try terminal.hangUp() == 0)
  }

  @Test func `a run's time holds for its tokens too`() throws {
    try folder.write(
      "client.tcb",
      Self.definitions(api: "args[0]") + "print (links \"A.png\" in demo within 500ms | first).code")
    try folder.write(
      "site.tcb", Self.definitions(api: "embedded any") + "fault f { on tokens  gives delay 10m }")
    let outcome = try serving(#""$TCBSH" run client.tcb "$ADDRESS"; echo $?"#)
    #expect(outcome.outputText.hasPrefix("too-late\n3\n"), "\(outcome.outputText)\(outcome.errorText)")
  }

  @Test func `recorded calls are sent again, over TLS too where the script says whom to trust`() throws {
    try folder.write(
      "client.tcb",
      Self.definitions(api: "$ADDRESS tls ca \"own/certificate.pem\"")
        + "print (links [\"A.png\", \"图.png\"] in demo | count)")
    let outcome = try Program.run(
      [
        "-c",
        #"""
        "$TCBSH" serve --port 0 --record requests --tls-self-signed own site.tcb 2>log & server=$!
        until grep -q '^serving' log; do kill -0 "$server" || break; sleep 0.05; done
        export ADDRESS=$(sed -n 's/^serving .* on //p' log)
        "$TCBSH" run client.tcb
        cp requests first
        echo nonsense >>first
        "$TCBSH" replay first --to "$ADDRESS/" --token main client.tcb; echo $?
        sed 's/"errcode":0/"errcode":40097/' first >other
        "$TCBSH" replay other --to "$ADDRESS" --token main client.tcb | sed 's/^[0-9a-f-]*:/RID:/'
        kill "$server"; wait "$server"; echo "server ended with $?"
        """#,
      ], environment: folder.state.merging(["TCBSH": try Program.path()]) { $1 }, directory: folder.path,
      program: "/bin/sh")
    #expect(
      outcome.outputText == """
        2
        1 call sent again, 1 answered as recorded, 0 differently; 1 other request left out; 1 line of no request
        0
        RID: errcode 40097, now errcode 0
        1 call sent again, 0 answered as recorded, 1 differently; 1 other request left out; 1 line of no request
        server ended with 0

        """, "\(outcome.errorText)")
  }

  @Test func `a port that is taken is told`() throws {
    let outcome = try serving(#""$TCBSH" serve --port "${ADDRESS##*:}" site.tcb; echo $?"#)
    #expect(outcome.outputText.hasPrefix("1\n"))
    #expect(outcome.errorText.contains("error[E0731]: cannot listen on `127.0.0.1:"), "\(outcome.errorText)")
  }

  @Test(arguments: [
    (["--base-url", "somewhere"], "E0732]: the server cannot be set up: `--base-url` is `somewhere`, and "),
    (["--base-url", "http://h/?q"], "`--base-url` is `http://h/?q`"),
    (["--base-url", "http://:1"], "`--base-url` is "),
    (["--base-url", "https:///x"], "`--base-url` is "),
    (["--tls-cert", "a"], "`--tls-cert` and `--tls-key` go together"),
    (["--host", "nobody.invalid"], "E0731]: cannot listen on `nobody.invalid:0`: there is no such host"),
    (["--seed", "none.json"], "`none.json` cannot be read"),
  ])
  func `a server that is set up wrongly says what is wrong`(options: [String], told: String) throws {
    let outcome = try folder.tcbsh(["serve", "--port", "0"] + options + ["site.tcb"])
    #expect(outcome.status == 1 && outcome.errorText.contains(told), "\(outcome.errorText)")
  }

  @Test func `what cannot be served is told`() throws {
    try folder.write("empty.tcb", "let x = 1")
    let outcome = try folder.tcbsh(["serve", "empty.tcb"])
    #expect((outcome.status, outcome.outputText) == (1, ""))
    #expect(
      outcome.errorText.contains("error[E0730]: `empty.tcb` defines no environment that could be served"))
  }
}
