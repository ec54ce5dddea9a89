import TCBEngine
import TCBTestSupport
import Testing

/// Files that lists of files are read from, and what is wrong with them.
@Suite struct SourceTests {
  @Test(arguments: [
    ("a,image\r\n1,\"x, y.png\"\r\n", "x, y.png"), ("\u{FEFF}image\nA.png\n", "A.png"),
    ("image\nA.png", "A.png"),
    ("image,b\n\"q\"\"q.png\",2\n", "q\"q.png"), ("image\n\"two\nlines\"\n", "two\nlines"),
  ])
  func `csv as it comes out of spreadsheets`(text: String, path: String) async {
    let stage = await Stage(files: ["a.csv": text])
    #expect(
      await stage.run("files f from csv \"a.csv\" column \"image\"\nfor row in f { print row.path }") == 0)
    #expect(stage.host.output == path + "\n")
  }

  @Test func `rows that cannot be read are told and left out`() async {
    let stage = await Stage(files: ["a.csv": "id,image\n1,A.png\n2\n3,C.png,too,many\n4,D.png\n"])
    #expect(await stage.run("files f from csv \"a.csv\" column \"image\"\nf | count | print") == 0)
    #expect(stage.host.output == "2\n")
    #expect(stage.host.diagnostics.contains("warning[E0604]"))
    #expect(stage.host.diagnostics.contains("a.csv:3"))
  }

  @Test func `under strict such a row ends the run`() async {
    let stage = await Stage(files: ["a.csv": "id,image\n1,A.png\n2\n"])
    #expect(await stage.run("files f from csv \"a.csv\" column \"image\" strict\nf | count | print") == 1)
    #expect(stage.host.diagnostics.contains("a.csv:3"))
    #expect(stage.host.output.isEmpty)
  }

  @Test(arguments: [
    ("csv \"missing.csv\" column \"image\"", "E0601", "there is no such file"),
    ("csv \"folder\" column \"image\"", "E0601", "it is a folder"),
    ("csv \"locked.csv\" column \"image\"", "E0601", "permission"),
    ("csv \"empty.csv\" column \"image\"", "E0602", "no header"),
    ("csv \"a.csv\" column \"imge\"", "E0603", "did you mean `image`?"),
    ("lines \"folder\"", "E0601", "it is a folder"), ("dir \"a.csv\"", "E0601", "not a folder"),
    ("dir \"nowhere\"", "E0601", "there is no such"),
  ])
  func `a source that cannot be read is told`(source: String, code: String, words: String) async {
    let stage = await Stage(
      files: ["a.csv": "image\nA.png\n", "empty.csv": "", "folder/x": "", "locked.csv": "image\n"])
    stage.host.makeUnreadable("locked.csv")
    #expect(await stage.run("files f from \(source)\nf | count | print") == 1)
    #expect(stage.host.diagnostics.contains("error[\(code)]"), "\(stage.host.diagnostics)")
    #expect(stage.host.diagnostics.contains(words), "\(stage.host.diagnostics)")
  }

  @Test func `standard input is a source`() async {
    let stage = await Stage()
    stage.host.setInput("A.png\n\n中文.png\n")
    #expect(await stage.run("files f from lines \"-\"\nlinks f | show as urls") == 0)
    #expect(stage.host.output.split(separator: "\n").count == 2)
  }

  @Test func `small reads change nothing`() async {
    let text = "image\n" + (0..<50).map { "图/\($0),.png\n".replacing(",", with: "") }.joined()
    let stage = await Stage(files: ["a.csv": text])
    stage.host.setReadSize(1)
    #expect(
      await stage.run("files f from csv \"a.csv\" column \"image\"\nf | skip 49 | show as json columns path")
        == 0)
    #expect(stage.host.output.contains("图/49.png"))
  }
}
