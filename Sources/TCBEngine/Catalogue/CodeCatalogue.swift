// What each code means, with an example that meets it and the example mended. Both are run by a test.

import TCBRuntime
import TCBText

package struct CodeEntry: Sendable {
  package let code: String
  package let english: String
  package let chinese: String
  /// A script that meets the code; nil where it takes more than a script to meet it.
  package let wrong: String?
  package let mended: String?
  /// A check tells it, a run does not.
  package let isOfLint: Bool

  init(
    _ code: String, _ english: String, chinese: String, wrong: String? = nil, mended: String? = nil,
    isOfLint: Bool = false
  ) {
    self.isOfLint = isOfLint
    self.code = code
    self.english = english
    self.chinese = chinese
    self.wrong = wrong
    self.mended = mended
  }

  /// What `explain` writes.
  package func text(in language: TextLanguage) -> String {
    let (meets, instead) =
      language == .english ? ("This meets it:", "And this does not:") : ("会触发它的例子：", "改正之后：")
    var text = "\(code)  \(language == .english ? english : chinese)\n"
    if let wrong, let mended { text += "\n\(meets)\n\n\(indented(wrong))\n\(instead)\n\n\(indented(mended))" }
    return text
  }

  private func indented(_ code: String) -> String {
    code.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      "    \(line.utf8.count > 120 ? line.prefix(80) + "…" : line)\n"
    }.joined()
  }
}

package enum CodeCatalogue {
  /// Every code there is, in ascending order.
  package static let entries: [CodeEntry] =
    textCodes + nameCodes + commandCodes + valueCodes + ruleCodes + lintCodes + sourceCodes + environmentCodes
    + outputCodes
    + limitCodes

  /// Throws `E0711` for a code that does not exist, with the nearest.
  package static func entry(_ code: String) throws(RuntimeProblem) -> CodeEntry {
    let wanted = code.uppercased()
    if let entry = entries.first(where: { $0.code == wanted }) { return entry }
    throw EngineProblem.unknown("code", code, nearest: nearest(wanted, in: entries.map(\.code)))
  }
}
