import Foundation
import TCBEngine
import TCBHost
import TCBSyntax
import TCBTestSupport
import Testing

/// Rows that are too many for the memory they may take.
@Suite struct SpillTests {
  /// Rows with keys of every kind, many of them equal, and a number that says where each came.
  private static func rows(_ count: Int, seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed)
    var text = "path,kind,key\n"
    for index in 0..<count {
      let number = Int.random(in: 0..<20, using: &generator)
      let kinds = ["", "n", "t", "d", "b", "f"]
      let kind = kinds[Int.random(in: 0..<kinds.count, using: &generator)]
      text += "p\(index),\(kind),\(number)\n"
    }
    return text
  }

  private static let keyOf = """
    fn key(row) {
      if row.kind == "n" { return int(row.key) }
      if row.kind == "t" { return "text " + row.key }
      if row.kind == "d" { return int(row.key) * 1s }
      if row.kind == "b" { return row.key == "3" }
      if row.kind == "f" { return [row.key] }
      null
    }
    files rows from csv "rows.csv"

    """

  private func output(
    of script: String, rows: String, room: Int?, on host: FakeHost = FakeHost()
  ) async -> (text: String, errors: String) {
    host.put(rows, at: "rows.csv")
    let session = Session(host: host, rowMemory: room)
    _ = await session.run(SourceText(name: "script", SpillTests.keyOf + script), mode: .script)
    return (host.output, host.diagnostics)
  }

  @Test(arguments: [1, 40_000], [1 as UInt64])
  func `rows sorted outside of memory come as those sorted in it`(room: Int, seed: UInt64) async {
    let rows = SpillTests.rows(10_000, seed: seed)
    for order in ["", " descending"] {
      let script = "rows | sort by key(it)\(order) | select path, kind, key | show as csv"
      let host = FakeHost()
      let expected = await output(of: script, rows: rows, room: nil)
      let met = await output(of: script, rows: rows, room: room, on: host)
      #expect(met.text == expected.text && met.errors.isEmpty)
      #expect(met.text.count > 2_000)
      #expect(host.temporaryFiles.made == 1 && host.temporaryFiles.open == 0)
    }
  }

  @Test func `more runs than are open at once are merged in groups`() async {
    let script =
      "[\((0..<9_000).map { "{a: \($0 * 7_919 % 9_000), b: \($0)}" }.joined(separator: ","))] | sort by it.a | select a | show as csv"
    let host = FakeHost()
    let met = await output(of: script, rows: "path\n", room: 1, on: host)
    #expect(met.errors.isEmpty)
    #expect(met.text == "a\n" + (0..<9_000).map { "\($0)\n" }.joined())
  }

  @Test func `rows that a let keeps go outside of memory and are read as often as wanted`() async {
    let rows = SpillTests.rows(9_000, seed: 3)
    let script = """
      let kept = rows | where it.kind != "n" | select path, kind, key
      print (kept | count), length(kept)
      kept | show as csv
      kept | take 3 | show as csv
      print (kept | where it.key == "3" | count), (rows - kept | count)
      """
    let host = FakeHost()
    let expected = await output(of: script, rows: rows, room: nil)
    let met = await output(of: script, rows: rows, room: 20_000, on: host)
    #expect(met.text == expected.text && met.errors == expected.errors)
    #expect(host.temporaryFiles.made == 1 && host.temporaryFiles.open == 0)
  }

  @Test(arguments: ["rows | sort by it.key | show", "let kept = rows | select path"])
  func `rows that fit nowhere are an error, and nothing is left`(script: String) async {
    let rows = SpillTests.rows(9_000, seed: 4)
    let denied = FakeHost()
    denied.deny(.write)
    let refused = await output(of: script, rows: rows, room: 20_000, on: denied)
    #expect(
      refused.errors.contains(
        "error[E0910]: these rows are more than are held in memory, and this run may not write"))
    let small = FakeHost()
    small.setSpace(100_000)
    let full = await output(of: script, rows: rows, room: 20_000, on: small)
    #expect(full.errors.contains("[E0910]") && full.errors.contains("no space"))
    #expect(small.temporaryFiles.made == 1 && small.temporaryFiles.open == 0)
    // What fits asks for no room.
    let enough = await output(of: script, rows: rows, room: 100 << 20, on: denied)
    #expect(!enough.errors.contains("E0910") || enough.errors == refused.errors)
  }

  @Test func `a run that is stopped leaves no room taken`() async {
    let rows = SpillTests.rows(20_000, seed: 5)
    let host = FakeHost()
    host.put(rows, at: "rows.csv")
    let session = Session(host: host, rowMemory: 5_000)
    let task = Task {
      await session.run(
        SourceText(
          name: "script",
          SpillTests.keyOf + "print \"go\"\nwhile true { print (rows | sort by key(it) | count) }"),
        mode: .interactive)
    }
    Thread.detachNewThread {
      while host.temporaryFiles.made < 2, host.diagnostics.isEmpty { usleep(2_000) }
      task.cancel()
    }
    #expect(await task.value.exitStatus == 130)
    #expect(host.temporaryFiles.open == 0)
  }
}
