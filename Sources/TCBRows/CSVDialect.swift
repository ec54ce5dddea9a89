// How csv and tsv differ.

package struct CSVDialect: Sendable {
  package var separator: UInt8
  /// RFC 4180: a field may stand in quotes, with quotes inside doubled.
  package var hasQuotes: Bool
  /// `\t`, `\n`, `\r` and `\\` stand for a tab, a newline, a carriage return and a backslash. The registered
  /// media type of tsv knows neither quotes nor escapes; these are our own choice, and what our output writes.
  package var hasEscapes: Bool

  package static let csv = CSVDialect(separator: UInt8(ascii: ","), hasQuotes: true, hasEscapes: false)
  package static let tsv = CSVDialect(separator: UInt8(ascii: "\t"), hasQuotes: false, hasEscapes: true)
}
