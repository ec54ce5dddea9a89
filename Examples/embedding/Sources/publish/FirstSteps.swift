// The first examples of the README and of the documentation; a test compares them with this file.

import TCBEngine
import TCBHost

func smallest() async throws {
  let session = Engine().session()
  let result = try await session.run("1h30m / 15m")  // result.value is 6
  print(result.value)
}

func firstSteps(folder: String) async throws {
  // begin README
  var engine = Engine(host: try FolderHost(folder), limits: Limits(steps: 1_000_000, time: .seconds(30)))
  try engine.add(
    HostFunction("discount", ["price", "percent"], summary: "A price less so many percent.") { call in
      .float(try call.float("price") * (100 - call.float("percent")) / 100)
    })
  let session = engine.session()
  try await session.set("percent", to: 25)
  print(try await session.run("discount(80, percent)").value)
  let script = """
    import "site.tcb"
    links articles using shelf in shop
    """
  for try await row in try await session.rows(script) {
    guard let link = row.link else { continue }
    print(link.status, link.path, link.url ?? link.message ?? "")
  }
  // end README
}
