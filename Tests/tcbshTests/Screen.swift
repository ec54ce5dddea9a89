// What a terminal shows, as far as the prompt's sequences go, and the same stripped to its text.

/// Drops escape sequences and carriage returns; keeps a sequence that is not complete yet.
struct PlainText {
  /// Sequences that change how the terminal behaves or paints, without `ESC [`.
  private(set) var modes: [String] = []
  private var pending: [UInt8] = []

  mutating func adding(_ bytes: some Sequence<UInt8>) -> String {
    pending += bytes
    var text: [UInt8] = []
    while let (token, length) = TerminalToken.first(in: pending) {
      let sequence = String(decoding: pending.prefix(length).dropFirst(2), as: UTF8.self)
      if case .scalar = token {} else if "hlm".contains(sequence.last ?? " ") { modes.append(sequence) }
      pending.removeFirst(length)
      if case .scalar(let scalar) = token, scalar != "\r", scalar != "\u{7}" {
        text += Array(String(scalar).utf8)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

enum TerminalToken {
  case scalar(Unicode.Scalar)
  /// `ESC [ 1 ; 2 H`: the numbers and the final letter.
  case control(parameters: [Int], final: Unicode.Scalar)
  case ignored

  /// Nil when more bytes are needed.
  static func first(in bytes: [UInt8]) -> (TerminalToken, length: Int)? {
    guard let lead = bytes.first else { return nil }
    if lead != 0x1B {
      let length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
      guard bytes.count >= length else { return nil }
      let scalar = String(decoding: bytes.prefix(length), as: UTF8.self).unicodeScalars.first
      return (.scalar(scalar ?? "\u{FFFD}"), length)
    }
    guard bytes.count >= 2 else { return nil }
    guard bytes[1] == UInt8(ascii: "[") else {
      // A choice of character set takes one letter more.
      let length = bytes[1] == UInt8(ascii: "(") ? 3 : 2
      return bytes.count >= length ? (.ignored, length) : nil
    }
    guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
    let inside = bytes[2..<end]
    guard inside.first != UInt8(ascii: "?") else { return (.ignored, end + 1) }
    let parameters = inside.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
    return (.control(parameters: parameters, final: Unicode.Scalar(bytes[end])), end + 1)
  }
}

/// Rows of cells. The second cell of a wide character is nil.
struct Screen: CustomStringConvertible {
  let columns: Int
  let rows: Int
  private var cells: [[String?]]
  private(set) var row = 0
  private(set) var column = 0
  /// The last column is filled; the next character goes to the next row.
  private var wraps = false
  private var pending: [UInt8] = []

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// Without empty rows at the end.
  var description: String {
    let last = lines.lastIndex { !$0.isEmpty } ?? 0
    return lines[...last].joined(separator: "\n")
  }

  /// Without spaces at the end.
  var lines: [String] {
    cells.map { row in
      var text = row.compactMap(\.self).joined()
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  var cursorRow: String { lines[row] }

  /// Cuts and fills at the right edge, as terminals that do not wrap anew.
  func resized(columns: Int, rows: Int) -> Screen {
    var resized = Screen(columns: columns, rows: rows)
    for row in 0..<min(rows, self.rows) {
      for column in 0..<min(columns, self.columns) { resized.cells[row][column] = cells[row][column] }
    }
    resized.row = min(row, rows - 1)
    resized.column = min(column, columns - 1)
    return resized
  }

  mutating func show(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    while let (token, length) = TerminalToken.first(in: pending) {
      pending.removeFirst(length)
      switch token {
      case .scalar(let scalar): show(scalar)
      case .control(let parameters, let final): obey(final, parameters)
      case .ignored: continue
      }
    }
  }

  private mutating func show(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\r": move(to: row, 0)
    case "\n": lineFeed()
    case "\u{8}": move(to: row, column - 1)
    case "\t": move(to: row, (column / 8 + 1) * 8)
    case _ where scalar.value < 0x20: break
    default: place(scalar)
    }
  }

  private mutating func place(_ scalar: Unicode.Scalar) {
    let width = Self.width(of: scalar)
    guard width > 0 else {
      if column > 0, let cell = cells[row][column - 1] { cells[row][column - 1] = cell + String(scalar) }
      return
    }
    if wraps || column + width > columns {
      column = 0
      lineFeed()
    }
    cells[row][column] = String(scalar)
    if width == 2 { cells[row][column + 1] = nil }
    wraps = column + width >= columns
    column = min(columns - 1, column + width)
  }

  private mutating func lineFeed() {
    wraps = false
    if row + 1 < rows {
      row += 1
    } else {
      cells.removeFirst()
      cells.append(Array(repeating: " ", count: columns))
    }
  }

  private mutating func move(to row: Int, _ column: Int) {
    self.row = min(max(0, row), rows - 1)
    self.column = min(max(0, column), columns - 1)
    wraps = false
  }

  private mutating func obey(_ final: Unicode.Scalar, _ parameters: [Int]) {
    let count = max(1, parameters.first ?? 1)
    switch final {
    case "A": move(to: row - count, column)
    case "B": move(to: row + count, column)
    case "C": move(to: row, column + count)
    case "D": move(to: row, column - count)
    case "G": move(to: row, count - 1)
    case "d": move(to: count - 1, column)
    case "H": move(to: count - 1, max(1, parameters.dropFirst().first ?? 1) - 1)
    case "K": clear(row, (parameters.first ?? 0) == 0 ? column..<columns : 0..<columns)
    case "J": clearBelow(all: parameters.first == 2)
    case "P":
      cells[row].removeSubrange(column..<min(columns, column + count))
      cells[row] += Array(repeating: " ", count: columns - cells[row].count)
    case "@":
      cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
      cells[row].removeLast(cells[row].count - columns)
    default: break
    }
  }

  private mutating func clear(_ row: Int, _ range: Range<Int>) {
    for column in range { cells[row][column] = " " }
  }

  private mutating func clearBelow(all: Bool) {
    clear(row, all ? 0..<columns : column..<columns)
    for other in (all ? 0 : row + 1)..<rows { clear(other, 0..<columns) }
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
