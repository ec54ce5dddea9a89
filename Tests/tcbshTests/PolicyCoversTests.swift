import Testing

/// `tcbsh policy covers`.
@Suite struct PolicyCoversTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(
      "site.tcb",
      """
      env demo { id "e1"  bucket "b1"  api embedded any }
      use env demo
      print "this does not run"
      policy site {
        default max_age 2h
        "docs/" max_age 30d
        "video/" max_age 1h when it.size < 10
        "tmp/" deny "temporary"
      }
      policy closed { "docs/" max_age 1d }
      files products from csv "products.csv" column "image"
      let docs = ["docs/a", "docs/b"]
      links products using site
      """)
    try folder.write("products.csv", "image,size\nA.png,1\ndocs/x,2\ntmp/y,3\nvideo/a,5\nvideo/b,50\n")
  }

  private func covers(_ more: String...) throws -> Program.Outcome {
    try folder.tcbsh(["policy", "covers", "site.tcb"] + more)
  }

  @Test func `files that no rule decides are shown and counted`() throws {
    let open = try covers("--files", "products", "--policy", "site", "--as", "csv")
    #expect(
      open.outputText == """
        path,env,outcome,max_age,reason
        A.png,e1,allowed,7200,
        video/b,e1,allowed,7200,

        """)
    #expect(open.errorText == "files: 5, decided by no rule: 2\n")
    #expect(open.status == 1)
    let closed = try covers("--files", "products", "--policy", "closed", "--format", "ndjson")
    let reason = "no rule of policy `closed` matches"
    #expect(
      closed.outputText.split(separator: "\n").first
        == "{\"path\":\"A.png\",\"env\":\"e1\",\"outcome\":\"denied\",\"max_age\":null,\"reason\":\"\(reason)\"}"
    )
    #expect(closed.errorText == "{\"files\":5,\"byDefault\":4,\"malformed\":0}\n")
    #expect(closed.status == 1)
  }

  @Test func `a set that rules decide is covered`() throws {
    let covered = try covers("--files", "docs", "--policy", "site", "--lang", "zh", "--as", "csv")
    #expect(covered.errorText == "文件：2，没有规则决定：0\n")
    #expect(covered.status == 0)
  }

  @Test func `what is not understood is told`() throws {
    let files = try covers("--files", "prodcts", "--policy", "site")
    #expect(files.status == 2)
    #expect(files.errorText.contains("error[E0711]: no file set is called `prodcts`"))
    let policy = try covers("--files", "products", "--policy", "sit")
    #expect(policy.status == 2)
    #expect(policy.errorText.contains("did you mean `site`?"))
    // Nothing is asked: neither by what is left out nor by what is run.
    try folder.write(
      "asks.tcb",
      """
      env far { id "e1"  bucket "b1"  api "http://127.0.0.1:9" }
      policy p { "a" max_age 1h }
      files few = ["a"]
      let x = links few using p in far
      """)
    let asks = try folder.tcbsh(["policy", "covers", "asks.tcb", "--files", "few", "--policy", "p"])
    #expect(asks.status == 2 && asks.errorText.contains("E0905"), "\(asks.errorText)")
  }

  @Test func `rows that name no file are told as such`() throws {
    try folder.write("bad.tcb", "policy p { \"a\" max_age 1h }\nfiles few = [\"a\", \"/b\"]\n")
    let bad = try folder.tcbsh([
      "policy", "covers", "bad.tcb", "--files", "few", "--policy", "p", "--as", "csv",
    ])
    #expect(bad.outputText == "path,env,outcome,max_age,reason\n/b,,failed,,no well-formed path or id\n")
    #expect(bad.errorText == "files: 2, decided by no rule: 0, not well formed: 1\n")
    #expect(bad.status == 1)
  }
}
