// Which files an environment holds.

import Glibc
import TCBInterface
import TCBService
import TCBText
import Testing

@Suite struct ListedObjectsTests {
  @Test func `every path exists where all do`() {
    #expect(EveryObject().standing(of: "anything") == .exists)
  }

  @Test func `listed paths exist, byte for byte`() {
    let objects = ListedObjects(["a.png", "目录/图.png", "\u{E9}", "a.png"])
    #expect(objects.count == 3)
    #expect(objects.standing(of: "a.png") == .exists)
    #expect(objects.standing(of: "目录/图.png") == .exists)
    #expect(objects.standing(of: "\u{E9}") == .exists)
    #expect(objects.standing(of: "e\u{301}") == .missing)
    #expect(objects.standing(of: "A.png") == .missing)
    #expect(objects.standing(of: "") == .missing)
  }
}

/// A folder of its own for each test, removed at the end.
final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/objects-XXXXXX\0".utf8CString.dropLast())
    guard let made = mkdtemp(&template) else { throw FolderError.other(errno) }
    path = String(cString: made)
    for folder in ["in", "in/sub", "in/sub/deep", "inside-out"] { mkdir("\(path)/\(folder)", 0o700) }
    for file in ["secret", "in/a.png", "in/图 1.png", "in/sub/b", "in/sub/deep/c", "inside-out/d"] {
      close(open("\(path)/\(file)", O_CREAT | O_WRONLY, 0o600))
    }
    symlink("../secret", "\(path)/in/leak")
    symlink("\(path)/secret", "\(path)/in/leak-absolute")
    symlink("..", "\(path)/in/up")
    symlink("../inside-out", "\(path)/in/sibling")
    symlink("sub/b", "\(path)/in/alias")
    symlink("loop", "\(path)/in/loop")
    symlink("nothing", "\(path)/in/dangling")
    mkfifo("\(path)/in/pipe", 0o600)
    symlink("in", "\(path)/linked-root")
  }

  deinit { remove(path) }

  private func remove(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { removeEntry("\(path)/\(name)") }
      }
      closedir(folder)
    }
    rmdir(path)
  }

  private func removeEntry(_ path: String) {
    if unlink(path) != 0 { remove(path) }
  }
}

@Suite struct FolderObjectsTests {
  @Test(
    arguments: [
      ("a.png", .exists), ("图 1.png", .exists), ("sub/b", .exists), ("sub/deep/c", .exists),
      ("alias", .exists),
      ("gone", .missing), ("sub", .missing), ("sub/", .missing), ("a.png/", .missing), ("a.png/x", .missing),
      ("dangling", .missing), ("pipe", .missing), ("A.png", .missing), ("leak", .forbidden),
      ("leak-absolute", .forbidden), ("up/secret", .forbidden), ("up/in/a.png", .exists),
      ("sibling/d", .forbidden),
      ("loop", .forbidden), ("../secret", .forbidden), ("sub/../../secret", .forbidden),
      ("sub/../a.png", .forbidden),
      ("./a.png", .forbidden), ("/etc/passwd", .forbidden), ("", .forbidden), ("a.png\u{0}x", .forbidden),
      ("..", .forbidden),
    ] as [(String, ObjectStanding)])
  func `only regular files within the folder exist`(path: String, standing: ObjectStanding) throws {
    let scratch = try ScratchFolder()
    let objects = try FolderObjects(root: scratch.path + "/in")
    #expect(objects.standing(of: path) == standing)
    #expect((objects.location(of: path) != nil) == (standing == .exists))
  }

  @Test func `the location of a file is its real path`() throws {
    let scratch = try ScratchFolder()
    let objects = try FolderObjects(root: scratch.path + "/linked-root/")
    #expect(objects.root == scratch.path + "/in")
    #expect(objects.location(of: "alias") == scratch.path + "/in/sub/b")
  }

  @Test func `what is no folder is not served`() throws {
    let scratch = try ScratchFolder()
    #expect(throws: FolderError.missing) { try FolderObjects(root: scratch.path + "/none") }
    #expect(throws: FolderError.missing) { try FolderObjects(root: "") }
    #expect(throws: FolderError.missing) { try FolderObjects(root: scratch.path + "\0") }
    #expect(throws: FolderError.notAFolder) { try FolderObjects(root: scratch.path + "/secret") }
    #expect(FolderError.notAFolder.message == "it is not a folder")
  }

  @Test func `the root folder of the machine can be served`() throws {
    let scratch = try ScratchFolder()
    let objects = try FolderObjects(root: "/")
    #expect(objects.standing(of: String(scratch.path.dropFirst()) + "/secret") == .exists)
  }

  @Test func `a call answers over a folder`() throws {
    let scratch = try ScratchFolder()
    let fixture = CoreFixture()
    let objects = try FolderObjects(root: scratch.path + "/in")
    fixture.core.serve(CoreFixture.environment("site", owner: "wxapp", objects: objects))
    let files = ["a.png", "gone", "leak"].map { fixture.file($0) }
    let answer = fixture.core.answer(
      LinkRequest(environment: "site", files: files), credential: try fixture.appToken())
    #expect(answer.files.map(\.status) == [0, 1, -503_002])
  }
}
