import TCBClient
import TCBInterface
import Testing

@Suite struct ProxyTests {
  private func proxy(
    _ variables: [String: String], scheme: String = "https", host: String = "api.weixin.qq.com"
  )
    -> String?
  {
    switch Proxies({ variables[$0] }).way(scheme: scheme, host: host) {
    case .straight: nil
    case .unusable(let variable): "unusable: \(variable)"
    case .through(let proxy):
      "\(proxy.host):\(proxy.port)\(proxy.authorization.map { " " + $0.reveal() } ?? "")"
    }
  }

  @Test(arguments: [
    ("http://proxy.local:3128", "proxy.local:3128"), ("proxy.local:3128/", "proxy.local:3128"),
    ("http://proxy.local", "proxy.local:80"), ("HTTP://[::1]:3128", "::1:3128"), ("", nil),
    // The example of RFC 7617.
    ("http://Aladdin:open%20sesame@proxy.local:3128", "proxy.local:3128 Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    ("me:a@b@proxy.local:3128", "proxy.local:3128 Basic bWU6YUBi"),
    ("me@proxy.local", "proxy.local:80 Basic bWU6"),
    ("proxy.local:99999", "unusable: https_proxy"), ("proxy.local:x", "unusable: https_proxy"),
    ("socks5://proxy.local:1080", "unusable: https_proxy"), (":80", "unusable: https_proxy"),
    ("https://proxy.local", "unusable: https_proxy"), ("a b:80", "unusable: https_proxy"),
    ("a\r\nX: y:80", "unusable: https_proxy"), ("http://%zz:b@proxy.local", "unusable: https_proxy"),
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
