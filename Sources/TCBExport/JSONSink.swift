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
    // One behind the other, and reached once, lest a reference be counted for each cell.
    var keys: [UInt8] = []
    let ends = names.enumerated().map { index, name -> Int in
      keys.append(UInt8(ascii: index == 0 ? "{" : ","))
      JSONText.append(string: name, to: &keys)
      keys.append(UInt8(ascii: ":"))
      return keys.count
    }
    try OpenColumn.withAll(of: columns) { (open) throws(ExportError) in
      try keys.withUnsafeBufferPointer { (keys) throws(ExportError) in
        for row in 0..<batch.count {
          before(&text)
          if keys.isEmpty { text.append(UInt8(ascii: "{")) }
          var start = 0
          for index in open.indices {
            text.append(contentsOf: UnsafeBufferPointer(rebasing: keys[start..<ends[index]]))
            start = ends[index]
            try open[index].append(row, of: columns, to: &text)
          }
          text.append(UInt8(ascii: "}"))
          text.append(after)
        }
      }
    }
  }
}
