// What a server has done, counted, in the text form that Prometheus reads.

import Synchronization
import TCBInterface
import TCBService

/// What requests are told apart by in the counts: few, whatever callers send.
package enum Endpoint: String, Sendable, CaseIterable {
  case links = "/tcb/batchdownloadfile"
  case componentLinks = "/componenttcb/batchdownloadfile"
  case plainToken = "/cgi-bin/token"
  case stableToken = "/cgi-bin/stable_token"
  case componentToken = "/cgi-bin/component/api_component_token"
  case authorizerToken = "/cgi-bin/component/api_authorizer_token"
  case authorizerList = "/cgi-bin/component/api_get_authorizer_list"
  case quota = "/cgi-bin/openapi/quota/get"
  case clearQuota = "/cgi-bin/clear_quota"
  case download, admin, other

  /// The kind of token it gives out.
  fileprivate var tokenKind: String? {
    switch self {
    case .plainToken: "plain"
    case .stableToken: "stable"
    case .componentToken: "component"
    case .authorizerToken: "authorizer"
    default: nil
    }
  }
}

/// One request that has been answered.
package struct AnsweredRequest: Sendable {
  package var endpoint: Endpoint
  package var status: Int
  /// Nil where the answer is none of the interface.
  package var errorCode: Int?
  package var nanoseconds: Int64
  /// Bytes of the bodies.
  package var received: Int64
  package var sent: Int64

  package init(
    endpoint: Endpoint, status: Int, errorCode: Int?, nanoseconds: Int64, received: Int64, sent: Int64
  ) {
    (self.endpoint, self.status, self.errorCode) = (endpoint, status, errorCode)
    (self.nanoseconds, self.received, self.sent) = (nanoseconds, received, sent)
  }
}

package final class ServerMetrics: Sendable {
  /// Upper bounds of the latency histogram, in nanoseconds, with the seconds they stand for.
  fileprivate static let bounds: [(nanoseconds: Int64, seconds: String)] = [
    (50_000, "0.00005"), (100_000, "0.0001"), (250_000, "0.00025"), (500_000, "0.0005"), (1_000_000, "0.001"),
    (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"), (25_000_000, "0.025"),
    (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"), (500_000_000, "0.5"),
    (1_000_000_000, "1"), (2_500_000_000, "2.5"), (5_000_000_000, "5"), (10_000_000_000, "10"),
  ]
  /// Codes told apart for one endpoint; a planned fault may have any number for its code.
  fileprivate static let mostCodes = 64

  fileprivate struct Row {
    /// Of each bound, and of all that took longer.
    var buckets = [Int64](repeating: 0, count: ServerMetrics.bounds.count + 1)
    var nanoseconds: Int64 = 0
    var statuses: [Int: Int64] = [:]
    var codes: [Int: Int64] = [:]
    var otherCodes: Int64 = 0
    var received: Int64 = 0
    var sent: Int64 = 0
  }

  private struct State {
    var rows = [Row](repeating: Row(), count: Endpoint.allCases.count)
    var connections: Int64 = 0
    var opened: Int64 = 0
    var turnedAway: Int64 = 0
    var cutOff: Int64 = 0
  }

  private let state = Mutex(State())

  package init() {}

  package func count(_ request: AnsweredRequest) {
    let index = Self.indices[request.endpoint] ?? 0
    state.withLock { $0.rows[index].count(request) }
  }

  func connectionOpened() {
    state.withLock {
      $0.connections += 1
      $0.opened += 1
    }
  }

  func connectionClosed() { state.withLock { $0.connections -= 1 } }
  func connectionTurnedAway() { state.withLock { $0.turnedAway += 1 } }
  func connectionCutOff() { state.withLock { $0.cutOff += 1 } }

  private static let indices = Dictionary(
    uniqueKeysWithValues: Endpoint.allCases.enumerated().map { ($0.element, $0.offset) })
}

extension ServerMetrics.Row {
  mutating func count(_ request: AnsweredRequest) {
    let bucket = ServerMetrics.bounds.firstIndex { request.nanoseconds <= $0.nanoseconds }
    buckets[bucket ?? ServerMetrics.bounds.count] += 1
    nanoseconds += request.nanoseconds
    received += request.received
    sent += request.sent
    statuses[request.status, default: 0] += 1
    guard let code = request.errorCode else { return }
    if codes[code] != nil || codes.count < ServerMetrics.mostCodes {
      codes[code, default: 0] += 1
    } else {
      otherCodes += 1
    }
  }
}

// MARK: As text

extension ServerMetrics {
  /// Version 0.0.4 of the text format. An endpoint that nobody asked for has no lines.
  package func text() -> [UInt8] {
    let state = state.withLock { $0 }
    let rows = zip(Endpoint.allCases, state.rows).filter { !$0.1.statuses.isEmpty }
    var text = MetricsText()
    text.family("tcbsh_requests_total", "counter", "Requests answered, by status of HTTP.") { text in
      for (endpoint, row) in rows {
        for (status, count) in row.statuses.sorted(by: { $0.key < $1.key }) {
          text.line("endpoint=\"\(endpoint.rawValue)\",status=\"\(status)\"", count)
        }
      }
    }
    text.family("tcbsh_calls_total", "counter", "Answers of the interface, by errcode.") { text in
      for (endpoint, row) in rows {
        for (code, count) in row.codes.sorted(by: { $0.key < $1.key }) {
          text.line("endpoint=\"\(endpoint.rawValue)\",errcode=\"\(code)\"", count)
        }
        if row.otherCodes > 0 {
          text.line("endpoint=\"\(endpoint.rawValue)\",errcode=\"other\"", row.otherCodes)
        }
      }
    }
    text.family("tcbsh_tokens_total", "counter", "Tokens given out, by kind.") { text in
      for (endpoint, row) in rows {
        if let kind = endpoint.tokenKind { text.line("kind=\"\(kind)\"", row.codes[0] ?? 0) }
      }
    }
    histogram(of: rows, &text)
    text.family("tcbsh_received_bytes_total", "counter", "Bytes of requests' bodies.") { text in
      for (endpoint, row) in rows { text.line("endpoint=\"\(endpoint.rawValue)\"", row.received) }
    }
    text.family("tcbsh_sent_bytes_total", "counter", "Bytes of answers' bodies.") { text in
      for (endpoint, row) in rows { text.line("endpoint=\"\(endpoint.rawValue)\"", row.sent) }
    }
    connections(of: state, &text)
    return text.bytes
  }

  private func histogram(of rows: [(Endpoint, Row)], _ text: inout MetricsText) {
    let name = "tcbsh_request_duration_seconds"
    text.family(name, "histogram", "From the end of a request to the end of its answer.") { text in
      for (endpoint, row) in rows {
        let label = "endpoint=\"\(endpoint.rawValue)\""
        var count: Int64 = 0
        for (bound, bucket) in zip(Self.bounds.map(\.seconds) + ["+Inf"], row.buckets) {
          count += bucket
          text.line("\(label),le=\"\(bound)\"", count, suffix: "_bucket")
        }
        text.line(label, seconds: row.nanoseconds, suffix: "_sum")
        text.line(label, count, suffix: "_count")
      }
    }
  }

  private func connections(of state: State, _ text: inout MetricsText) {
    text.family("tcbsh_connections", "gauge", "Connections that are open.") { $0.line(state.connections) }
    text.family("tcbsh_connections_total", "counter", "Connections taken in.") { $0.line(state.opened) }
    text.family("tcbsh_connections_turned_away_total", "counter", "Connections there was no room for.") {
      $0.line(state.turnedAway)
    }
    text.family("tcbsh_connections_cut_off_total", "counter", "Connections that ran out of time.") {
      $0.line(state.cutOff)
    }
  }
}

/// Builds the text, family by family.
private struct MetricsText {
  private(set) var bytes: [UInt8] = []
  private var name = ""

  mutating func family(_ name: String, _ type: String, _ help: String, _ lines: (inout MetricsText) -> Void) {
    self.name = name
    bytes += Array("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
    lines(&self)
  }

  mutating func line(_ value: Int64) { bytes += Array("\(name) \(value)\n".utf8) }

  mutating func line(_ labels: String, _ value: Int64, suffix: String = "") {
    bytes += Array("\(name)\(suffix){\(labels)} \(value)\n".utf8)
  }

  /// `value` is in nanoseconds.
  mutating func line(_ labels: String, seconds value: Int64, suffix: String) {
    let fraction = String(value % 1_000_000_000)
    let zeros = String(repeating: "0", count: 9 - fraction.utf8.count)
    bytes += Array("\(name)\(suffix){\(labels)} \(value / 1_000_000_000).\(zeros)\(fraction)\n".utf8)
  }
}
