// The connections of one event loop: how many there are, which have run out of time, and the time itself, looked up once for all
// of them. A timer for every connection would cost each request two; a look at all of them four times a second costs nothing.

import Glibc
import NIOCore
import NIOPosix
import TCBInterface
import TCBService

// INVARIANT: all but `eventLoop` and `limits` is touched on that event loop only, which is what makes it Sendable.
final class ConnectionSweep: @unchecked Sendable {
  static let interval = TimeAmount.milliseconds(250)

  let eventLoop: any EventLoop
  let limits: ServerSettings.Limits
  private var connections: [ObjectIdentifier: Connection] = [:]
  private(set) var now = NIODeadline.now()
  /// `Date: …` with its line end.
  private(set) var dateLine: [UInt8] = []
  /// Seconds since 1970.
  private(set) var seconds: time_t = 0
  private(set) var isStopping = false
  private var emptied: EventLoopPromise<Void>?

  init(_ eventLoop: any EventLoop, _ limits: ServerSettings.Limits) {
    self.eventLoop = eventLoop
    self.limits = limits
  }

  /// Looks at all connections from time to time, until the task it gives is cancelled.
  func start() -> EventLoopFuture<RepeatedTask> {
    eventLoop.submit {
      self.look()
      return self.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
        self.look()
      }
    }
  }

  func add(_ connection: Connection) {
    eventLoop.preconditionInEventLoop()
    connections[ObjectIdentifier(connection)] = connection
    if isStopping { connection.stop() }
  }

  func remove(_ connection: Connection) {
    eventLoop.preconditionInEventLoop()
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    if connections.isEmpty { emptied?.succeed() }
  }

  func time(in duration: Duration) -> NIODeadline { now + TimeAmount(duration) }

  /// Lets calls under way be answered, closes what has none, and everything after the time there is for stopping. At once, from any
  /// thread: a call whose last byte comes after it is one of those. Once is enough.
  func stop() {
    eventLoop.execute {
      guard !self.isStopping else { return }
      self.isStopping = true
      self.look()
      for connection in Array(self.connections.values) { connection.stop() }
      // What was sent before the end was asked for may still be on its way in.
      self.eventLoop.scheduleTask(in: Connection.lastChance) { self.look() }
      self.eventLoop.scheduleTask(in: TimeAmount(self.limits.stopTime)) {
        for connection in Array(self.connections.values) { connection.abort() }
      }
    }
  }

  /// Comes when no connection is left; to be asked once no more are taken.
  func whenEmpty() -> EventLoopFuture<Void> {
    eventLoop.flatSubmit {
      let emptied = self.eventLoop.makePromise(of: Void.self)
      self.emptied = emptied
      if self.connections.isEmpty { emptied.succeed() }
      return emptied.futureResult
    }
  }

  private func look() {
    now = .now()
    let seconds = Glibc.time(nil)
    if seconds != self.seconds {
      self.seconds = seconds
      dateLine = Self.dateLine(at: Int64(seconds)) ?? []
    }
    // Who is closed takes itself out of the table.
    let late = connections.values.filter { $0.deadline <= now }
    for connection in late { connection.runOutOfTime() }
  }

  /// The same with so many seconds more; what has no date is told as the real one.
  func dateLine(ahead offset: Int64) -> [UInt8] {
    guard offset != 0 else { return dateLine }
    let (moved, overflow) = Int64(seconds).addingReportingOverflow(offset)
    return (overflow ? nil : Self.dateLine(at: moved)) ?? dateLine
  }

  private static func dateLine(at seconds: Int64) -> [UInt8]? {
    HTTPDate.format(seconds).map { Array("Date: \($0)\r\n".utf8) }
  }
}
