// The texts that must never be shown, and their removal from what is.
import Synchronization

/// Knows every secret of a run and replaces each occurrence by `‹secret›`.
///
/// A secret is also found as it looks inside JSON, a csv field and a URL.
package final class SecretRegistry: Sendable {
  package static let mask = "‹secret›"
  /// Shorter texts turn up by chance; masking them would garble output and give them away.
  static let shortest = 4

  private let forms = Mutex<[[UInt8]]>([])
  private let texts = Mutex<Set<String>>([])
  // Read on every write, so that a run without secrets pays one atomic load.
  private let hasForms = Atomic<Bool>(false)

  package init() {}

  /// Ignored when shorter than 4 bytes.
  package func add(_ text: String) {
    guard text.utf8.count >= SecretRegistry.shortest else { return }
    texts.withLock { _ = $0.insert(text) }
    forms.withLock { forms in
      for form in SecretForms.all(of: text) where !forms.contains(form) { forms.append(form) }
      forms.sort { $0.count > $1.count }
    }
    hasForms.store(true, ordering: .releasing)
  }

  /// Whether a text is one of the secrets.
  package func contains(_ text: String) -> Bool { !isEmpty && texts.withLock { $0.contains(text) } }

  package var isEmpty: Bool { !hasForms.load(ordering: .acquiring) }

  /// Longest first.
  var all: [[UInt8]] { isEmpty ? [] : forms.withLock { $0 } }

  package func redact(_ text: String) -> String {
    if isEmpty { return text }
    return String(decoding: redact(Array(text.utf8)), as: UTF8.self)
  }

  package func redact(_ bytes: [UInt8]) -> [UInt8] {
    if isEmpty { return bytes }
    return bytes.withUnsafeBufferPointer { redacted(UnsafeRawBufferPointer($0)) } ?? bytes
  }

  /// Nil when there is nothing to hide in `bytes`.
  package func redacted(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    if isEmpty { return nil }
    let found = SecretSearch.runs(of: all, in: bytes, coveredBefore: 0)
    if found.isEmpty { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    SecretSearch.copy(bytes, masking: found, coveredBefore: 0, to: &output)
    return output
  }
}
