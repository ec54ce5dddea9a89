// A shop that lets its editors write scripts: what it adds to the language, and what it takes from them.

import Synchronization
import TCBEngine
import TCBHost

/// The pages of the shop. A real one would keep them in a database.
final class Pages: Sendable {
  private let pages = Mutex<[String: [String]]>([:])

  func add(_ offer: String, to page: String) { pages.withLock { $0[page, default: []].append(offer) } }

  var all: [(page: String, offers: [String])] {
    pages.withLock { pages in pages.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }
}

struct Shop {
  let engine: Engine
  let host: FolderHost
  let pages = Pages()

  init(folder: String) throws {
    host = try FolderHost(folder)
    // Scripts come from people that the shop does not know well: they see one folder, and end.
    var engine = Engine(host: host, limits: Limits(steps: 1_000_000, memory: 64 << 20, time: .seconds(60)))
    try engine.add(Self.discount)
    try engine.add(Self.publish(to: pages))
    self.engine = engine
  }

  private static let discount = HostFunction(
    "discount", ["price", "percent"], summary: "A price less so many percent."
  ) { call in
    let percent = try call.float("percent")
    guard (0...90).contains(percent) else {
      throw HostFailure("no discount is \(percent) percent", code: "shop-discount", help: "give 0 to 90")
    }
    return .float(try call.float("price") * (100 - percent) / 100)
  }

  private static func publish(to pages: Pages) -> HostCommand {
    HostCommand(
      "publish", [.labelled("to", "PAGE", required: true, "the page")],
      rows: "the offers, as rows of `links`",
      summary: "Puts offers on a page of the shop; gives how many there were."
    ) { call in
      let page = try call.arguments.text("to")
      var count = 0
      // Row by row: the list of offers may be as long as it likes.
      for try await row in call.rows {
        guard let url = row.link?.url else { throw HostFailure("an offer has no link", code: "shop-no-link") }
        pages.add("\(row["title"]) \(row["offer"]) \(url)", to: page)
        count += 1
      }
      return .value(.int(count))
    }
  }

  /// Runs a script of the folder in a session of its own; gives what it printed and how many offers it published.
  func run(_ script: String, percent: Int, season: String) async throws -> (said: String, offers: Int) {
    let said = Mutex("")
    let session = engine.session { output in
      if case .text(let text) = output { said.withLock { $0 += text } }
    }
    try await session.set("percent", to: .int(percent))
    try await session.set("season", to: .text(season))
    let text = String(decoding: try host.contents(of: script, limit: 1 << 20), as: UTF8.self)
    let result = try await session.run(text, name: script)
    return (said.withLock { $0 }, result.value.int ?? 0)
  }
}
