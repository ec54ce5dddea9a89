import Foundation
import Glibc
import TCBEngine
import TCBHost
import Testing

/// Scripts that are lent a folder.
@Suite final class FolderTests {
  private let folder: String

  /// `site` is lent; `outside.txt` lies beside it.
  init() {
    var template = Array("/tmp/tcbsh-embedding-XXXXXX".utf8CString)
    folder = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp/tcbsh-embedding"
    }
    for name in ["site", "site/files", "site/files/img"] { mkdir("\(folder)/\(name)", 0o700) }
    put("image\nimg/a.png\nimg/missing.png\n", "site/products.csv")
    put("x", "site/files/img/a.png")
    put("kept apart", "outside.txt")
    put("let base = 7\n", "site/lib.tcb")
    symlink("\(folder)/outside.txt", "\(folder)/site/link.txt")
    symlink("files", "\(folder)/site/inside")
    symlink("\(folder)", "\(folder)/site/up")
    symlink("\(folder)/made.csv", "\(folder)/site/nowhere.csv")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func put(_ text: String, _ name: String) {
    guard let file = fopen("\(folder)/\(name)", "w") else { return }
    fputs(text, file)
    fclose(file)
  }

  private func exists(_ name: String) -> Bool { access("\(folder)/\(name)", F_OK) == 0 }

  private func session(writable: Bool = false) throws -> Session {
    Engine(host: try FolderHost("\(folder)/site", writable: writable, variables: ["SHOP": "one"])).session()
  }

  @Test func `what is in the folder is read, and imported, and serves an environment`() async throws {
    let session = try session()
    let script = """
      import "lib.tcb"
      files products from csv "products.csv" column "image"
      env demo { id "e1"  bucket "b1"  read public  api embedded "files" }
      use env demo
      links products | select path, status
      """
    #expect(
      try await session.run(script).value == [
        ["path": "img/a.png", "status": "ok", "name": "a.png", "ext": "png", "dir": "img"],
        ["path": "img/missing.png", "status": "failed", "name": "missing.png", "ext": "png", "dir": "img"],
      ])
    #expect(try await session.run("import \"lib.tcb\"\nlet seven = base\nseven").value == 7)
    #expect(try await session.run("$SHOP").value == "one")
    #expect(try await session.run("$HOME").value == .null)
  }

  @Test(arguments: [
    "../outside.txt", "link.txt", "up/outside.txt", "/etc/passwd", "~/x", "files/../../outside.txt", "up",
    "inside/../link.txt", "./link.txt",
  ])
  func `no path leads out of the folder`(path: String) async throws {
    let session = try session(writable: true)
    for script in [
      "files x from lines \"\(path)\"\nx | count", "import \"\(path)\"",
      "[{a: 1}] | export to \"\(path)\" as csv",
      "env e { id \"e\"  bucket \"b\"  read public  api embedded \"\(path)\" }",
    ] {
      let error = await #expect(throws: ScriptError.self, "\(script)") { try await session.run(script) }
      let text = error?.text ?? ""
      #expect(["E0905", "E0210"].contains(error?.code ?? ""), "\(script): \(text)")
      #expect(!text.contains(folder), "the error tells where the folder is")
    }
    #expect(!exists("made.csv"))
  }

  @Test func `a link that leads nowhere makes no file outside`() async throws {
    let error = await #expect(throws: ScriptError.self) {
      try await session(writable: true).run("[{a: 1}] | export to \"nowhere.csv\"")
    }
    #expect(error?.code == "E0905")
    #expect(!exists("made.csv"))
  }

  @Test func `a file is written where the folder may be written`() async throws {
    try await session(writable: true).run("[{a: 1}] | export to \"inside/a.csv\"")
    #expect(exists("site/files/a.csv"))
    let error = await #expect(throws: ScriptError.self) {
      try await session().run("[{a: 1}] | export to \"b.csv\"")
    }
    #expect(error?.code == "E0905")
    #expect(!exists("site/b.csv"))
  }

  @Test func `rows that are left early write no file, and those read to the end write it`() async throws {
    let session = try session(writable: true)
    let script = "map(range(1, 20000), fn (n) { {n: n} }) | export to \"all.csv\""
    do {
      for try await _ in try await session.rows(script) { break }
    }
    #expect(!exists("site/all.csv"))
    var count = 0
    for try await _ in try await session.rows(script) { count += 1 }
    #expect(count == 20_000)
    #expect(exists("site/all.csv"))
    var first: Int?
    for try await row in try await session.rows("\(script.replacing("all", with: "more")) | take 1") {
      first = row["n"].int
    }
    #expect(first == 1)
    #expect(exists("site/more.csv"))
  }

  @Test func `a folder must exist`() {
    #expect(throws: HostError(.notFound, path: "\(folder)/no")) { try FolderHost("\(folder)/no") }
    #expect(throws: HostError(.notFolder, path: "\(folder)/outside.txt")) {
      try FolderHost("\(folder)/outside.txt")
    }
  }

  @Test func `what a link tells of the world outside is nothing`() throws {
    let host = try FolderHost("\(folder)/site")
    let entries = try host.folderEntries(".")
    let kinds = Dictionary(
      uniqueKeysWithValues: entries.map { (String(decoding: $0.name, as: UTF8.self), $0.status.kind) })
    #expect(kinds["link.txt"] == .other && kinds["up"] == .other)
    #expect(kinds["inside"] == .folder && kinds["products.csv"] == .file)
    #expect(try host.fileStatus("no/such") == nil)
    #expect(throws: HostError(.denied(.read), path: "link.txt")) { try host.fileStatus("link.txt") }
  }
}
