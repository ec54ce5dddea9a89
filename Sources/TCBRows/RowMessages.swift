// The words for what can go wrong while rows are read.
import TCBHost
import TCBText

extension UnreadableLine {
  /// One clause, without the source and the line.
  package var message: Wording {
    switch reason {
    case .notUTF8: "it is not UTF-8"
    case .wrongFieldCount(let found, let expected): "it has \(fields(found)), the header has \(expected)"
    case .unterminatedQuote: "a quote is opened here and never closed"
    case .textAfterQuote: "there is text after a closing quote"
    case .notAnInteger(let column, let text): "`\(shown(text))` in column `\(column)` is not an integer"
    case .notATime(let column, let text): "`\(shown(text))` in column `\(column)` is not a time (RFC 3339)"
    case .tooLong(let limit): "it is longer than \(limit) bytes"
    case .nameNotUTF8(let name): "the name of `\(name)` is not UTF-8"
    case .notAFile(let path): "`\(path)` is not a file"
    case .folder(let path, let error): "`\(path)` cannot be read: \(error.wording)"
    case .notARow(let index, let kind):
      "element \(index) is of type \(kind), and a row is a string or a record"
    }
  }

  /// Where it is, for a person: `a.csv:12`, or the source alone.
  package var place: String { line > 0 ? "\(source):\(line)" : source }

  private func fields(_ count: Int) -> Wording { count == 1 ? "1 field" : "\(count) fields" }

  private func shown(_ text: String) -> String {
    text.unicodeScalars.count > 40 ? String(text.unicodeScalars.prefix(40)) + "…" : text
  }
}

extension RowError {
  /// One sentence, with the source.
  package var message: Wording {
    switch reason {
    case .host(let error): "`\(source)` cannot be read: \(error.wording)"
    case .unreadable(let line): "`\(line.place)` cannot be read as a row: \(line.message)"
    case .missingColumn(let name, _, let available):
      "`\(source)` has no column `\(name)`; it has \(RowError.list(available))"
    case .noHeader: "`\(source)` is empty: it has no header line"
    case .tooManyColumns(let limit): "`\(source)` has more than \(limit) different fields"
    case .noRoom(let error): "the rows of `\(source)` do not fit the memory: \(error.wording)"
    case .cancelled: "reading `\(source)` was stopped"
    case .other(let error): Wording(verbatim: "\(error)")
    }
  }

  /// What to try, where that can be said.
  package var note: Wording? {
    guard case .missingColumn(_, let nearest, _) = reason else { return nil }
    return .suggestion(nearest)
  }

  package static func list(_ names: [String]) -> Wording {
    let shown = Wording(verbatim: Wording.listed(names.prefix(20)))
    return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
  }
}
