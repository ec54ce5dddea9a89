import TCBClient
import Testing

@Suite struct ProxyTests {
  private func proxy(
    _ variables: [String: String], scheme: String = "https", host: String = "api.weixin.qq.com"
  )
    -> String?
  {
    Proxies { variables[$0] }.proxy(scheme: scheme, host: host).map { "\($0.host):\($0.port)" }
  }

  @Test(arguments: [
    ("http://proxy.local:3128", "proxy.local:3128"), ("proxy.local:3128/", "proxy.local:3128"),
    ("http://proxy.local", "proxy.local:80"), ("", nil), ("http://me:word@proxy.local:3128", nil),
    ("proxy.local:99999", nil), ("proxy.local:x", nil), ("socks5://proxy.local:1080", nil), (":80", nil),
  ])
  func `a proxy is named as other programs are told of it`(text: String, proxy: String?) {
    #expect(self.proxy(["https_proxy": text]) == proxy)
  }

  @Test func `what goes over TLS has a proxy, and the lower case counts first`() {
    #expect(proxy(["HTTPS_PROXY": "a:1", "https_proxy": "b:2"]) == "b:2")
    #expect(proxy(["HTTPS_PROXY": "a:1"], scheme: "http") == nil)
    #expect(proxy(["ALL_PROXY": "a:1"]) == "a:1")
    #expect(proxy(["ALL_PROXY": "a:1"], scheme: "http") == nil)
  }

  @Test(arguments: [
    ("weixin.qq.com", nil), (".qq.com", nil), ("*", nil), ("localhost, API.weixin.qq.com", nil),
    ("xin.qq.com", "a:1"), ("example.com", "a:1"),
  ])
  func `hosts are exempt by name and by what they end with`(exempt: String, proxy: String?) {
    #expect(self.proxy(["https_proxy": "a:1", "no_proxy": exempt]) == proxy)
  }
}
