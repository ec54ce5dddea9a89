// Rows from a plain list: one path a line.
import TCBHost

/// Gives one column, `path`. Empty lines are no rows; nothing else is trimmed but a carriage return
/// before the newline and a byte-order mark.
package final class LinesReader: RowReader {
  private let source: String
  private let options: SourceOptions
  private let longestLine: Int
  private var input: InputBuffer?
  private var line = 0
  private var isSkipping = false
  // How far the window was searched for a newline.
  private var searched = 0

  package init(
    _ file: any FileReader, source: String, options: SourceOptions = SourceOptions(),
    longestLine: Int = 16 << 20
  ) {
    self.source = source
    self.options = options
    self.longestLine = max(1, longestLine)
    input = InputBuffer(file)
  }

  package func next() async throws(RowError) -> RowBatch? {
    guard let input else { return nil }
    do throws(RowError) {
      let batch = try batch(from: input)
      if batch == nil { self.input = nil }
      return batch
    } catch {
      self.input = nil
      throw error
    }
  }

  private func batch(from input: InputBuffer) throws(RowError) -> RowBatch? {
    try stopWhenCancelled(source)
    var paths = TextColumn()
    var lines: [Int] = []
    while lines.count < RowBatch.usualCount, paths.bytes.count < 4 << 20 {
      guard let length = try lineLength(in: input) else { break }
      var text = UnsafeRawBufferPointer(rebasing: input.bytes[..<length]).withoutReturn
      line += 1
      if line == 1, text.starts(with: [0xEF, 0xBB, 0xBF]) {
        text = UnsafeRawBufferPointer(rebasing: text.dropFirst(3))
      }
      if !text.isUTF8 {
        try leaveOut(.notUTF8)
      } else if !text.isEmpty {
        paths.append(bytes: text)
        lines.append(line)
      }
      input.consume(length + 1)
    }
    return lines.isEmpty ? nil : RowBatch([("path", .text(paths))], lines: lines)
  }

  /// The length of the next line, which is then whole in the window; nil at the end.
  private func lineLength(in input: InputBuffer) throws(RowError) -> Int? {
    while true {
      let bytes = input.bytes
      let newline = bytes.first(UInt8(ascii: "\n"), from: searched)
      searched = newline == nil ? bytes.count : 0
      if isSkipping {
        isSkipping = newline == nil && !input.isAtEnd
        input.consume((newline ?? bytes.count) + 1)
        searched = 0
        if newline == nil { try fill(input) }
      } else if let newline, newline <= longestLine {
        return newline
      } else if bytes.count > longestLine {
        line += 1
        searched = 0
        isSkipping = true
        try leaveOut(.tooLong(limit: longestLine))
      } else if input.isAtEnd {
        searched = 0
        return bytes.isEmpty ? nil : bytes.count
      } else {
        try fill(input)
      }
    }
  }

  private func fill(_ input: InputBuffer) throws(RowError) {
    do throws(HostError) { try input.fill() } catch { throw RowError(.host(error), source: source) }
  }

  private func leaveOut(_ reason: UnreadableLine.Reason) throws(RowError) {
    try options.leaveOut(UnreadableLine(source: source, line: line, reason: reason))
  }
}
