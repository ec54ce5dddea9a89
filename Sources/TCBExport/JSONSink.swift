// json: one array, with an object on each line.
import TCBRows

final class JSONSink: RowSink {
  private let output: ByteOutput
  private var objects: JSONObjects
  private var hasBegun = false

  init(_ output: ByteOutput, _ choice: ColumnChoice) {
    self.output = output
    objects = JSONObjects(choice)
  }

  func write(_ batch: RowBatch) throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      try objects.append(batch, to: &text) { text in
        text.append(hasBegun ? ",\n" : "[\n")
        hasBegun = true
      }
    }
  }

  func finish() throws(ExportError) {
    try output.append { (text) throws(ExportError) in
      _ = try objects.choice.namesWithoutRows()
      text.append(hasBegun ? "\n]\n" : "[]\n")
    }
    try output.finish()
  }
}

/// The objects of json and ndjson.
struct JSONObjects {
  private(set) var choice: ColumnChoice

  init(_ choice: ColumnChoice) { self.choice = choice }

  /// Appends an object for each row, `before` every one of which something else can be put.
  mutating func append(
    _ batch: RowBatch, to text: inout [UInt8], before: (inout [UInt8]) -> Void = { _ in },
    after: String = ""
  ) throws(ExportError) {
    let (names, columns) = try choice.namedColumns(of: batch)
    let keys = names.enumerated().map { index, name -> [UInt8] in
      var key = Array((index == 0 ? "{" : ",").utf8)
      JSONText.append(string: name, to: &key)
      return key + [UInt8(ascii: ":")]
    }
    try OpenColumn.withAll(of: columns) { (columns) throws(ExportError) in
      for row in 0..<batch.count {
        before(&text)
        if keys.isEmpty { text.append(UInt8(ascii: "{")) }
        for index in keys.indices {
          text.append(contentsOf: keys[index])
          try columns[index].append(row, to: &text)
        }
        text.append(UInt8(ascii: "}"))
        text.append(after)
      }
    }
  }
}
