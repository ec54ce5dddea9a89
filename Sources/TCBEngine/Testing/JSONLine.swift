// Objects of machine-readable output, one a line.

import TCBExport
import TCBRows

package enum JSONLine {
  /// An object of these fields, without a line end.
  package static func text(_ fields: [(String, Cell)]) -> String {
    do throws(ExportError) {
      return try CellText.json(.record(fields.map { RecordField($0.0, $0.1) }))
    } catch {
      // Only what is nested very deep cannot be written, and nothing here is.
      return "{}"
    }
  }
}
