// Bounds that a program sets to what its scripts may take.

import TCBRuntime

/// What one run of a script may take. Reaching a limit ends the run with a ``ScriptError`` of the kind
/// ``ScriptError/Kind/limitExceeded``, which no script can catch.
///
/// Apart from these, every text has at most 256 MiB, every list at most 16,777,216 elements, and values nest 200 deep.
public struct Limits: Sendable, Hashable {
  /// Jumps back and calls, which is what loops and recursion consist of: a few hundred million take some seconds. Nil leaves
  /// them unbounded. Looked at every 4,096 of them.
  public var steps: Int?
  /// Calls within calls.
  public var depth: Int
  /// Bytes that the values of a run may take, as far as they can be reached from its names. Nil leaves them bounded by the
  /// size of each value only. Values only: not the rows of a table, nor what the program's own functions hold.
  public var memory: Int?
  /// About how many bytes of rows a `sort` or a `let` holds in memory before the rest goes to a temporary file of the host. Where
  /// that is denied, more rows are an error. Nil is 128 MiB.
  public var rows: Int?
  /// From the start of a run until it ends or, of ``Session/rows(_:name:)``, until its last row was given; what the program does
  /// between two rows counts too. What a command waits for is cancelled when the time has passed. Nil leaves it unbounded.
  public var time: Duration?

  /// Bounds of which those left out are unbounded, except for the depth.
  public init(
    steps: Int? = nil, depth: Int = 10_000, memory: Int? = nil, rows: Int? = nil, time: Duration? = nil
  ) {
    self.steps = steps
    self.depth = depth
    self.memory = memory
    self.rows = rows
    self.time = time
  }

  /// A time that clocks can add to the present: from nothing to a century.
  var boundedTime: Duration? { time.map { min(max($0, .zero), .seconds(3_155_760_000)) } }

  /// For one run of the machine.
  var ofRun: RunLimits {
    var limits = RunLimits()
    limits.depth = max(1, depth)
    limits.steps = steps.map { max(0, $0) }
    limits.memory = memory.map { max(0, $0) }
    limits.time = boundedTime?.wholeMilliseconds
    return limits
  }
}
