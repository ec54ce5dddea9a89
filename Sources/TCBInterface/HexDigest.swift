// Digests of texts in hexadecimal.

import Crypto

package enum HexDigest: String, CaseIterable, Sendable {
  case md5, sha256

  package func text(of text: String) -> String {
    let bytes = Array(text.utf8)
    var hex: [UInt8] = []
    switch self {
    case .md5: for byte in Insecure.MD5.hash(data: bytes) { hex.append(hexadecimal: byte) }
    case .sha256: for byte in SHA256.hash(data: bytes) { hex.append(hexadecimal: byte) }
    }
    return String(decoding: hex, as: UTF8.self)
  }
}
