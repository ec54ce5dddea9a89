// The entry that libFuzzer calls; TCBSH_FUZZ says which target is fuzzed.

import Glibc
import Synchronization
import TCBFuzzChecks

/// Carries what was found from the task to the thread that waits for it.
private final class Answer: Sendable {
  let text = Mutex<String?>(nil)
}

private let target = FuzzTarget(rawValue: getenv("TCBSH_FUZZ").map { String(cString: $0) } ?? "") ?? .parser

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  let answer = Answer()
  let done = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  defer { done.deallocate() }
  sem_init(done, 0, 0)
  nonisolated(unsafe) let semaphore = done
  Task {
    let found = await target.check(bytes)
    answer.text.withLock { $0 = found }
    sem_post(semaphore)
  }
  while sem_wait(done) != 0 {}
  if let found = answer.text.withLock({ $0 }) { fatalError(found) }
  return 0
}
