// A shop's publishing job. `scripts/embedding` builds it, runs it and compares what it prints.

import Glibc
import TCBEngine
import TCBHost

@main
struct Publish {
  static func main() async {
    guard CommandLine.arguments.count == 2 else {
      SystemHost().writeDiagnostics("publish FOLDER\n")
      exit(2)
    }
    do { try await run(CommandLine.arguments[1]) } catch {
      SystemHost().writeDiagnostics("\(error)\n")
      exit(1)
    }
  }

  private static func run(_ folder: String) async throws {
    print("first steps")
    try await smallest()
    try await firstSteps(folder: folder)
    let shop = try Shop(folder: folder)
    try await publish(in: shop)
    await makeMistakes(in: shop)
    await stopScripts(in: shop)
  }

  private static func publish(in shop: Shop) async throws {
    print("\ntwo sessions at once")
    async let autumn = shop.run("autumn.tcb", percent: 25, season: "autumn")
    async let sale = shop.run("autumn.tcb", percent: 50, season: "sale")
    for job in [try await autumn, try await sale] {
      print("published \(job.offers): \(job.said)", terminator: "")
    }
    for (page, offers) in shop.pages.all {
      print(page)
      for offer in offers { print("  \(offer)") }
    }
  }

  private static func makeMistakes(in shop: Shop) async {
    print("\na mistake")
    do {
      _ = try await shop.run("mistake.tcb", percent: 25, season: "autumn")
    } catch let error as ScriptError {
      print(error.kind, error.code, error.place.map { "\($0)" } ?? "")
      print(error.text, terminator: "")
    } catch {
      print(error)
    }
  }

  private static func stopScripts(in shop: Shop) async {
    print("\nwhat scripts may not do")
    for script in [
      "while true {}", "fn f(n) { f(n + 1) }\nf(0)", "import \"../Package.swift\"",
      "files x from lines \"/etc/hostname\"\nx | count", "[{a: 1}] | export to \"a.csv\"", "prnt 1",
    ] {
      do throws(ScriptError) { try await shop.engine.session().run(script) } catch {
        print(error.kind, error.code, error.message)
      }
    }
    let endless = Task { try await Engine().session().run("while true {}") }
    endless.cancel()
    if case .failure(let error as ScriptError) = await endless.result { print(error.kind, error.code) }
  }
}
