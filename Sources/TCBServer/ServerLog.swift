// The log: one JSON object a line. What could hold a secret is never handed to it: no query, no header, no body.

import Glibc
import Logging
import TCBInterface
import TCBText

extension Logger {
  /// `write` is given whole lines; without it they go to standard error.
  package static func server(
    level: Logger.Level, write: @escaping @Sendable ([UInt8]) -> Void = writeToStandardError
  ) -> Logger {
    var logger = Logger(label: "tcbsh") { _ in JSONLog(write: write) }
    logger.logLevel = level
    return logger
  }
}

package func writeToStandardError(_ line: [UInt8]) {
  var rest = line[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    // A log that nobody takes is no reason to stop serving.
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}

/// `time`, `level`, `message`, then what the message is about, by name.
private struct JSONLog: LogHandler {
  /// Names whose values are numbers.
  private static let numbers: Set<String> = ["bytes", "errcode", "microseconds", "port", "status"]

  let write: @Sendable ([UInt8]) -> Void
  var logLevel = Logger.Level.notice
  var metadata = Logger.Metadata()

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = Array("{\"time\":\"".utf8)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    TimeText.append(Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000, to: &line)
    line += Array("\",\"level\":\"\(event.level.rawValue)\",\"message\":".utf8)
    line.append(quoted: event.message.description)
    let all = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
    for (name, value) in all.sorted(by: { $0.key < $1.key }) {
      line.append(UInt8(ascii: ","))
      line.append(quoted: name)
      line.append(UInt8(ascii: ":"))
      if Self.numbers.contains(name), let number = Int64(value.description) {
        line.append(decimal: number)
      } else {
        line.append(quoted: value.description)
      }
    }
    line += Array("}\n".utf8)
    write(line)
  }
}
