// The formats that rows can be written in.

package enum ExportFormat: String, Sendable, CaseIterable {
  case csv, tsv, json, ndjson, markdown, urls, table

  /// As written after `as`; `md` is short for markdown.
  package init?(name: String) {
    if name == "md" { self = .markdown } else { self.init(rawValue: name) }
  }

  /// By what follows the last dot of the last part, in any case; nil when that says nothing.
  package init?(pathEnding path: String) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "csv": self = .csv
    case "tsv", "tab": self = .tsv
    case "json": self = .json
    case "ndjson", "jsonl": self = .ndjson
    case "md", "markdown": self = .markdown
    case "urls": self = .urls
    default: return nil
    }
  }
}
