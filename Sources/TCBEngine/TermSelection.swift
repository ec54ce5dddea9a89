// Conditions over rows decided column by column, where they are comparisons of fields with constants: no row is looked at by the
// machine, and no text is made. Whatever might be an error is left to the machine, which finds the row and says what is wrong.

import TCBLinks
import TCBRows
import TCBRuntime

struct TermSelection {
  private let batch: RowBatch

  init(_ batch: RowBatch) { self.batch = batch }

  /// The rows for which all terms are true; nil where there are none, or where a column is not of the kind it is compared with.
  func rows(_ terms: [RowTerm], fields: [String]) -> [Int]? {
    guard !terms.isEmpty else { return nil }
    var rows = Array(0..<batch.count)
    for term in terms {
      guard fields.indices.contains(term.field), let kept = keep(rows, fields[term.field], term) else {
        return nil
      }
      rows = kept
    }
    return rows
  }

  private func keep(_ rows: [Int], _ field: String, _ term: RowTerm) -> [Int]? {
    let column = batch.column(field)
    if column == nil, let part = PathPart(rawValue: field), case .text(let paths)? = batch.column("path") {
      return keepTexts(rows, paths, part, term)
    }
    switch column {
    case .text(let texts)?: return keepTexts(rows, texts, nil, term)
    case .integer(let numbers)?: return keepNumbers(rows, numbers, term)
    default: return nil
    }
  }

  private func keepTexts(_ rows: [Int], _ texts: TextColumn, _ part: PathPart?, _ term: RowTerm) -> [Int]? {
    guard case .text(let wanted) = term.constant, term.comparison == .equal || term.comparison == .notEqual
    else {
      return nil
    }
    let isWanted = term.comparison == .equal
    return texts.bytes.withUnsafeBytes { bytes in
      rows.filter { row in
        // A null is no text, so it differs.
        guard let range = texts.range(at: row) else { return !isWanted }
        var text = UnsafeRawBufferPointer(rebasing: bytes[range])
        if let part { text = UnsafeRawBufferPointer(rebasing: text[part.range(in: text)]) }
        return wanted.isEqual(text) == isWanted
      }
    }
  }

  private func keepNumbers(_ rows: [Int], _ numbers: ValueColumn<Int64>, _ term: RowTerm) -> [Int]? {
    guard case .int(let wanted) = term.constant else { return nil }
    switch term.comparison {
    case .equal: return rows.filter { numbers.value(at: $0) == wanted }
    case .notEqual: return rows.filter { numbers.value(at: $0) != wanted }
    default: break
    }
    // A null has no order.
    if !numbers.nulls.isEmpty, rows.contains(where: numbers.isNull) { return nil }
    switch term.comparison {
    case .less: return rows.filter { numbers.values[$0] < wanted }
    case .lessEqual: return rows.filter { numbers.values[$0] <= wanted }
    case .greater: return rows.filter { numbers.values[$0] > wanted }
    case .greaterEqual: return rows.filter { numbers.values[$0] >= wanted }
    default: return nil
    }
  }
}
