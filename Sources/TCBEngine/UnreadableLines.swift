// Lines of a source that were left out: told as they are met, up to a point, and counted to the end.

import Synchronization
import TCBRows
import TCBSyntax
import TCBText

final class UnreadableLines: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  private let tell: @Sendable (String) -> Void
  private let json = Mutex(false)
  private let language: TextLanguage

  /// Whether lines are told as JSON objects.
  var asJSON: Bool {
    get { json.withLock { $0 } }
    set { json.withLock { $0 = newValue } }
  }

  /// How many are told of each source; of more, the number is enough to know.
  static let toldPerSource = 10

  init(language: TextLanguage, tell: @escaping @Sendable (String) -> Void) {
    self.language = language
    self.tell = tell
  }

  func note(_ line: UnreadableLine) {
    let count = counts.withLock { counts in
      counts[line.source, default: 0] += 1
      return counts[line.source, default: 0]
    }
    guard count <= Self.toldPerSource else { return }
    if asJSON {
      var fields =
        "{\"severity\":\"warning\",\"code\":\"E0604\",\"message\":\(DiagnosticJSON.quoted(line.message[language]))"
      fields += ",\"source\":\(DiagnosticJSON.quoted(line.source))"
      return tell(fields + (line.line > 0 ? ",\"line\":\(line.line)}\n" : "}\n"))
    }
    let place = line.line > 0 ? "\(line.source):\(line.line)" : line.source
    let sentence: Wording = "\(line.message); left out"
    tell("\(Diagnostic.Severity.warning.label[language])[E0604]: \(place): \(sentence[language])\n")
  }

  /// Says something else of the run while it goes on.
  func warn(_ code: String, _ message: Wording) {
    let sentence = message[language]
    tell(
      asJSON
        ? "{\"severity\":\"warning\",\"code\":\"\(code)\",\"message\":\(DiagnosticJSON.quoted(sentence))}\n"
        : "\(Diagnostic.Severity.warning.label[language])[\(code)]: \(sentence)\n")
  }

  /// Says how many there were in all, and forgets them.
  func finish() {
    let all = counts.withLock { counts in
      defer { counts = [:] }
      return counts
    }
    for (source, count) in all.sorted(by: { $0.key < $1.key }) {
      let counted: Wording = count == 1 ? "1 line was left out" : "\(count) lines were left out"
      let sentence = counted[language]
      tell(
        asJSON
          ? "{\"severity\":\"note\",\"code\":\"E0604\",\"message\":\"\(sentence)\",\"source\":\(DiagnosticJSON.quoted(source))}\n"
          : "\(source): \(sentence)\n")
    }
  }
}
