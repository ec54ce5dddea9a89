// What the tests of sinks share.
import TCBExport
import TCBHost
import TCBRows
import TCBTestSupport

/// Rows of the kind that links are given back as.
let linkRows = RowBatch([
  ("path", .texts(["a.png", "图片/一.png", "b|c.png"])),
  ("status", .texts(["ok", "denied", nil])),
  ("url", .texts(["https://x/a.png?t=1", nil, "https://x/b"])),
  ("size", .integers([10, nil, -3])),
  ("expires_at", .times([0, nil, 1500])),
  ("tags", Column(cells: [.list([.text("t"), .text("u,v")]), .list([]), .null])),
])

/// The text that a format makes of `batches`.
func exported(
  _ format: ExportFormat, _ batches: [RowBatch], columns: [String]? = nil, schema: [String]? = nil,
  options: TableOptions = TableOptions()
) throws(ExportError) -> String {
  let host = FakeHost()
  let output = ByteOutput(standardOutputOf: host)
  let sink = makeSink(format, to: output, options: options, columns: columns, schema: schema)
  for batch in batches { try sink.write(batch) }
  try sink.finish()
  return host.output
}
