// Digests of texts in hexadecimal.

import Crypto

package enum HexDigest: String, CaseIterable, Sendable {
  case md5, sha256

  package func text(of text: String) -> String {
    switch self {
    case .md5: Self.text(of: text, by: Insecure.MD5.self, unless: { false }) ?? ""
    case .sha256: Self.text(of: text, by: SHA256.self, unless: { false }) ?? ""
    }
  }

  /// Nil where the task is cancelled meanwhile, for texts of any length.
  package func textUnlessCancelled(of text: String) -> String? {
    switch self {
    case .md5: Self.text(of: text, by: Insecure.MD5.self, unless: { Task.isCancelled })
    case .sha256: Self.text(of: text, by: SHA256.self, unless: { Task.isCancelled })
    }
  }

  private static func text<Hash: HashFunction>(
    of text: String, by type: Hash.Type, unless isCancelled: () -> Bool
  ) -> String? {
    var function = type.init()
    var text = text
    let isDone = text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        if isCancelled() { return false }
        let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 20))
        function.update(bufferPointer: piece)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
      }
      return true
    }
    guard isDone else { return nil }
    var hex: [UInt8] = []
    for byte in function.finalize() { hex.append(hexadecimal: byte) }
    return String(decoding: hex, as: UTF8.self)
  }
}
