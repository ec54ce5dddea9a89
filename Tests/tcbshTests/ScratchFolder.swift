// A folder of its own for a test, gone with the test, and the program run inside it.

import Glibc

final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/tcbsh-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TerminalError.noTerminal(errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    chmod(path, 0o700)
    _ = try? Spawn(program: "/bin/rm", arguments: ["-rf", path], environment: [:]).finish()
  }

  /// The state of the program, kept in this folder.
  var state: [String: String] { ["TCB_STATE": path + "/state", "HOME": path] }

  func write(_ name: String, _ text: String) throws { try write(name, bytes: Array(text.utf8)) }

  func write(_ name: String, bytes: [UInt8]) throws {
    guard let file = fopen(path + "/" + name, "w") else { throw Program.Failure.notStarted(errno) }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Program.Failure.notStarted(errno) }
  }

  func makeFolder(_ name: String) { mkdir(path + "/" + name, 0o755) }

  func bytes(of name: String) -> [UInt8]? {
    guard let file = fopen(path + "/" + name, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
    return bytes
  }

  func contents(of name: String) -> String? {
    bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  func permissions(of name: String) -> mode_t? {
    var status = stat()
    return stat(path + "/" + name, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  /// What is in a folder, hidden files too, sorted.
  func names(in name: String = ".") -> [String] {
    guard let folder = opendir(path + "/" + name) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension ScratchFolder {
  /// Runs the program inside the folder.
  func tcbsh(
    _ arguments: [String], stdin: String = "", environment: [String: String] = [:],
    patience: Double = Terminal.patience, meanwhile: (ProcessIdentifier) -> Void = { _ in }
  ) throws -> Program.Outcome {
    try Program.run(
      arguments, stdin: Array(stdin.utf8), environment: state.merging(environment) { $1 }, directory: path,
      patience: patience, meanwhile: meanwhile)
  }

  /// Runs a script of this text as `main.tcb`.
  func run(
    _ script: String, _ arguments: [String] = [], stdin: String = "", environment: [String: String] = [:],
    patience: Double = Terminal.patience, meanwhile: (ProcessIdentifier) -> Void = { _ in }
  ) throws -> Program.Outcome {
    try write("main.tcb", script)
    return try tcbsh(
      ["run", "main.tcb"] + arguments, stdin: stdin, environment: environment, patience: patience,
      meanwhile: meanwhile)
  }
}
