// The names of a csv file's columns.

enum CSVHeader {
  /// A column without a name is called `column_` and its number; the second of a name gets `_2`, and so on,
  /// so that every column can be reached and none is lost. Ours: RFC 4180 does not say.
  static func names(_ given: [String]) -> [String] {
    var taken = Set(given)
    var seen: Set<String> = []
    return given.enumerated().map { index, name in
      let wanted = name.isEmpty ? "column_\(index + 1)" : name
      if !name.isEmpty, seen.insert(name).inserted { return name }
      var number = 2
      var free = name.isEmpty ? wanted : "\(wanted)_2"
      while !taken.insert(free).inserted {
        free = "\(wanted)_\(number)"
        number += 1
      }
      return free
    }
  }
}
