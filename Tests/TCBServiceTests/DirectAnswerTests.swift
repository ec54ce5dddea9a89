// The way from bytes to bytes and the one through values say the same.

import TCBInterface
import TCBService
import Testing

@Suite struct DirectAnswerTests {
  private let fixture = CoreFixture { configuration in
    configuration.environments.append(
      CoreFixture.environment("list", owner: "wxapp", objects: ListedObjects(["a.png", "图/ü.png", "x y"])))
  }

  private func entry(_ id: String, _ maxAge: String = "60") -> String {
    #"{"fileid":"\#(id)","max_age":\#(maxAge)}"#
  }

  private func body(_ environment: String, _ entries: [String]) -> String {
    #"{"env":"\#(environment)","file_list":[\#(entries.joined(separator: ","))]}"#
  }

  /// What values make of a body, where they make anything of it.
  private func throughValues(_ body: String, _ credential: Credential) throws -> [UInt8] {
    let request = try LinkRequest(decoding: Array(body.utf8))
    return fixture.core.answer(request, credential: credential).encoded()
  }

  @Test func `every answer is the one that values make`() throws {
    let credential = try fixture.appToken()
    let ids = [
      "cloud://site.b-site/a.png", "cloud://site.b-site/图/ü%41 .png", "cloud://site.b-site/", "", "cloud://",
      "cloud://site.b-site/a//b", "cloud://shop.b-shop/a.png", "cloud://site.other/a.png", "a.png",
      "cloud://site.b-site/../x", "cloud://site.b-site/\u{7F}",
      "cloud://site.b-site/" + String(repeating: "长", count: 300), "cloud://list.b-list/a.png",
      "cloud://list.b-list/b.png", "cloud://list.b-list/x y",
    ]
    let ages = ["60", "0", "1", "2592000", "2592001", "-5", "999999999999999999", "6e1", "60.0", "\"60\""]
    var bodies: [String] = []
    for environment in ["site", "list", "shop", "nobody", "test2-4a89da", ""] {
      bodies.append(body(environment, ids.map { entry($0) }))
      bodies.append(body(environment, ages.map { entry("cloud://site.b-site/a.png", $0) }))
      bodies.append(body(environment, (0...50).map { entry("cloud://site.b-site/\($0)") }))
    }
    bodies += [
      #" { "file_list" : [ { "max_age" : 60 , "fileid" : "cloud://site.b-site/a" } ] , "env" : "site" } "#,
      #"{"env":"s\u0069te","file_list":[{"fileid":"cloud://site.b-site/\n","max_age":60}]}"#,
      #"{"env":"site","env":"list","file_list":[{"fileid":"cloud://list.b-list/a.png","max_age":60}]}"#,
      #"{"env":"site","x":[1],"file_list":[{"fileid":"cloud://site.b-site/a","max_age":60,"y":{}}]}"#,
      #"{"env":"site","file_list":[{"files":"cloud://site.b-site/a","max_age":60}]}"#,
      #"{"env":"site","file_list":[{"fileid":"a","fileid":"cloud://site.b-site/a","max_age":60}]}"#,
    ]
    for body in bodies {
      let call = RawCall(path: CallPath.app.text, query: credential.query, body: Array(body.utf8))
      let direct = fixture.core.answer(call).body
      let other = try throughValues(body, credential)
      #expect(String(decoding: direct, as: UTF8.self) == String(decoding: other, as: UTF8.self), "\(body)")
    }
  }

  @Test(arguments: [
    #"{"env":"site","file_list":[{"fileid":"cloud://site.b-site/a","max_age":060}]}"#,
    #"{"env":"site","file_list":[{"fileid":"cloud://site.b-site/a","max_age":60}],}"#,
    #"{"env":"site","file_list":[{"fileid":"cloud://site.b-site/a","max_age":60}]}x"#,
    #"{"env":"site","file_list":[{"fileid":"cloud://site.b-site/a"}]}"#, #"{"env":"site","file_list":[]}"#,
    #"{"env":"site","file_list":[{"fileid":"cloud://site.b-site/a","max_age":60}"#,
    #"{"env":"site","file_list":[{"fileid":"cloud://site.b-site/\#u{01}","max_age":60}]}"#,
  ])
  func `what is wrong is not let through`(body: String) throws {
    let query = try fixture.appToken().query
    let call = RawCall(path: CallPath.app.text, query: query, body: Array(body.utf8))
    let answer = String(decoding: fixture.core.answer(call).body, as: UTF8.self)
    #expect(!answer.hasPrefix(#"{"errcode":0,"#), "\(answer)")
  }
}
