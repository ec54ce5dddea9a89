// A case of the conformance suite: a few lines of the language that say in their comments what they print.
//
//   # file: a.csv             a file of the fake host; its lines follow as `#| …`
//   # variable: NAME text     an environment variable
//   # input:                  standard input; its lines follow as `#| …`
//   # writes: out.csv         a file that must exist afterwards, with the lines that follow as `#| …`
//   # check                   the script is not run but checked, as by `tcbsh check`
//   # status: 3               the exit status, where it is not the one that the errors expected ask for
//   print 1 + 2               ### 3
//   print 1 / 0               ### E0405 division by zero
//
// `### text` is one line of standard output; they come in the order they stand in. `### E0405 words` is an error or a
// warning of that code on that line, in whose text the words stand.

import Foundation
import Testing

struct ScriptCase: Sendable, CustomTestStringConvertible {
  /// The name its text runs under.
  var name: String
  /// Where it begins in its file, from 1.
  var firstLine: Int
  var text: String
  var files: [String: String] = [:]
  var variables: [String: String] = [:]
  var input = ""
  var written: [String: String] = [:]
  var status: Int32?
  var isOnlyChecked = false
  var output: [String] = []
  var findings: [Finding] = []

  /// An error or a warning, expected or met.
  struct Finding: Sendable {
    var code: String
    var words: String
    /// In the case, from 1. Nil for what is no place in it, such as a line of a csv file.
    var line: Int?
  }

  var testDescription: String { "\(name):\(firstLine)" }
  var expectsSomething: Bool {
    isOnlyChecked || !output.isEmpty || !findings.isEmpty || !written.isEmpty || status != nil
  }

  init(name: String, firstLine: Int, text: String) {
    self.name = name
    self.firstLine = firstLine
    self.text = text
    var collected: [(place: Contents, lines: [String])] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let content = ScriptCase.rest(of: line, behind: "#|") {
        if !collected.isEmpty { collected[collected.count - 1].lines.append(content) }
      } else if let path = ScriptCase.rest(of: line, behind: "# file:") {
        collected.append((.file(path), []))
      } else if let path = ScriptCase.rest(of: line, behind: "# writes:") {
        collected.append((.written(path), []))
      } else if ScriptCase.rest(of: line, behind: "# input:") != nil {
        collected.append((.input, []))
      } else {
        readLine(line, number: index + 1)
      }
    }
    for (place, lines) in collected {
      let content = lines.map { $0 + "\n" }.joined()
      switch place {
      case .file(let path): files[path] = content
      case .written(let path): written[path] = content
      case .input: input = content
      }
    }
  }

  /// What the lines `#| …` are the contents of.
  private enum Contents {
    case file(String)
    case written(String)
    case input
  }

  private mutating func readLine(_ line: Substring, number: Int) {
    if let variable = ScriptCase.rest(of: line, behind: "# variable:") {
      let parts = variable.split(separator: " ", maxSplits: 1)
      variables[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    } else if line == "# check" {
      isOnlyChecked = true
    } else if let status = ScriptCase.rest(of: line, behind: "# status:") {
      self.status = Int32(status)
    } else if let mark = line.range(of: "###", options: .backwards) {
      var expected = line[mark.upperBound...]
      if expected.first == " " { expected = expected.dropFirst() }
      if let finding = ScriptCase.finding(expected, line: number) {
        findings.append(finding)
      } else {
        output.append(String(expected))
      }
    }
  }

  /// What follows `mark` at the start of a line, without the space between.
  private static func rest(of line: Substring, behind mark: String) -> String? {
    guard line.hasPrefix(mark) else { return nil }
    let rest = line.dropFirst(mark.count)
    return String(rest.first == " " ? rest.dropFirst() : rest)
  }

  /// `E0405 words`.
  private static func finding(_ text: Substring, line: Int) -> Finding? {
    let code = text.prefix(5)
    guard code.count == 5, code.first == "E", code.dropFirst().allSatisfy(\.isNumber) else { return nil }
    guard text.count == 5 || text.dropFirst(5).first == " " else { return nil }
    return Finding(code: String(code), words: String(text.dropFirst(6)), line: line)
  }
}

// MARK: - Reading files

extension ScriptCase {
  /// Every chunk of every file in `Scripts`, which lies beside this file.
  static let all: [ScriptCase] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scripts")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".tcb") }.sorted().flatMap { name in
      let text = (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
      return chunks(of: text, named: name)
    }
  }()

  static func chunks(of text: String, named name: String) -> [ScriptCase] {
    var cases: [ScriptCase] = []
    var lines: [Substring] = []
    var firstLine = 1
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in all.enumerated() {
      guard line == "---" else {
        lines.append(line)
        continue
      }
      cases.append(ScriptCase(name: name, firstLine: firstLine, text: lines.joined(separator: "\n")))
      (lines, firstLine) = ([], index + 2)
    }
    return cases + [ScriptCase(name: name, firstLine: firstLine, text: lines.joined(separator: "\n"))]
  }
}
