// `tcbsh fmt`.

import Glibc
import TCBEngine
import TCBExport
import TCBHost
import TCBSyntax
import TCBText

enum FormatTool {
  /// 0 done · 1 with `--check` or `--diff` something would change, or a file cannot be written · 2 a file has mistakes.
  static func run(_ command: Format) -> Int32 {
    var status: Int32 = 0
    for file in command.files { status = max(status, format(file, command)) }
    return status
  }

  private static func format(_ file: String, _ command: Format) -> Int32 {
    let language = command.wording.language
    guard let source = Program.read(file, language) else { return 2 }
    guard let text = Formatter.format(source, vocabulary: EngineVocabulary.vocabulary) else {
      let session = Session(host: SystemHost(), usesColor: Program.usesColor, language: language)
      let problems = InterruptWatcher.install().answer { await session.syntaxText(source) } ?? ""
      writeText(problems, to: STDERR_FILENO)
      return 2
    }
    let isSame = Array(text.utf8) == source.bytes
    if command.diff {
      if !isSame { writeText(difference(from: source, to: text)) }
      return isSame ? 0 : 1
    }
    if command.check {
      if !isSame { writeText("\(source.name)\n") }
      return isSame ? 0 : 1
    }
    if file == "-" {
      writeText(text)
      return 0
    }
    return isSame ? 0 : write(text, to: file, language)
  }

  private static func write(_ text: String, to file: String, _ language: TextLanguage) -> Int32 {
    do throws(HostError) {
      let writer = try SystemHost().createFile(file)
      try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(HostError) in
        try writer.write(UnsafeRawBufferPointer(bytes))
      }
      try writer.commit()
      return 0
    } catch {
      Program.tell(Diagnostic(code: "E0801", "cannot write `\(file)`: \(error.wording)"), language)
      return 1
    }
  }

  /// The lines that go and come, each with its number.
  private static func difference(from source: SourceText, to text: String) -> String {
    let lines = LayoutDifference(from: source.bytes, to: Array(text.utf8)).changes.map { change in
      "\(change.isNew ? "+" : "-")\(change.line)  \(VisibleText.of(change.text))\n"
    }
    return "--- \(source.name)\n" + lines.joined()
  }
}
