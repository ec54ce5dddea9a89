import TCBInterface
import TCBServer
import TCBService
import Testing

@Suite struct AdminTests {
  private let key = "0123456789abcdef"

  private func ask(
    _ method: String, _ path: String, key: String? = "Bearer 0123456789abcdef", routes: [AdminRoute]
  ) -> (status: Int, body: String) {
    let admin = Admin(key: Secret(self.key), routes: routes)
    let answer = admin.answer(method: method, path: path, query: "a=b", authorization: key, body: [])
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }

  private let echo = [
    AdminRoute("GET", "files/*") { call in
      AdminAnswer(body: Array("\(call.names.joined(separator: "|")) \(call.query)".utf8))
    },
    AdminRoute("DELETE", "files/*") { _ in .done },
  ]

  @Test(arguments: [
    nil, "", "Bearer", "Bearer ", "Bearer 0123456789abcdee", "Bearer 0123456789abcdef0", "0123456789abcdef",
    "Basic 0123456789abcdef",
  ])
  func `nothing is told without the key`(header: String?) {
    for path in ["/admin/files/a", "/admin/nothing", "/admin/"] {
      let got = ask("GET", path, key: header, routes: echo)
      #expect(got.status == 401)
      #expect(!got.body.contains("0123456789"))
    }
  }

  @Test func `a route takes its names decoded`() {
    #expect(ask("GET", "/admin/files/a%2Fb", routes: echo) == (200, "a/b a=b"))
    #expect(ask("GET", "/admin/files/a", key: "bearer 0123456789abcdef", routes: echo).status == 200)
    #expect(ask("DELETE", "/admin/files/a", routes: echo) == (204, ""))
  }

  @Test func `what is not there is told apart from what is asked wrongly`() {
    #expect(
      ask("PUT", "/admin/files/a", routes: echo) == (405, #"{"error":"this path takes DELETE, GET"}"#))
    #expect(ask("GET", "/admin/files", routes: echo).status == 404)
    #expect(ask("GET", "/admin/files/a/b", routes: echo).status == 404)
    #expect(ask("GET", "/admin/files/%FF", routes: echo).status == 400)
  }

  @Test func `the state names accounts and environments and shows no secret`() throws {
    let core = APICore(
      CoreConfiguration(
        apps: [
          AppConfiguration(appID: "wx2", secret: Secret("canary")),
          AppConfiguration(appID: "wx1", secret: Secret("canary")),
        ],
        environments: [
          EnvironmentConfiguration(
            id: "e-1", bucket: "652d-e-1", account: "7", owner: "wx1",
            primaryKey: try SigningKey("canarycanary"), objects: EveryObject())
        ]),
      clock: { 0 }, randomness: { [UInt8](repeating: 0, count: $0) })
    #expect(
      ask("GET", "/admin/state", routes: AdminRoute.state(of: core))
        == (200, #"{"apps":["wx1","wx2"],"environments":["e-1"],"merchants":[],"platforms":[]}"#))
  }
}
