// A lock between processes.
import Glibc

/// Had for as long as it is held on to.
public final class KeptLock: Sendable {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  // Closing gives the lock back.
  deinit { _ = close(descriptor) }
}
