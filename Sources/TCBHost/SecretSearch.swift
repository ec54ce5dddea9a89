// Finding secrets in bytes. Occurrences that overlap are one run, so that no remainder of one is left
// standing beside the mask of another.
import Glibc

enum SecretSearch {
  /// Every run of bytes covered by occurrences of `forms`, in order. The first `coveredBefore` bytes
  /// were masked already, together with bytes that are gone; a run that begins in them includes them.
  static func runs(
    of forms: [[UInt8]], in bytes: UnsafeRawBufferPointer, coveredBefore: Int
  ) -> [Range<Int>] {
    var found: [Range<Int>] = coveredBefore > 0 ? [0..<coveredBefore] : []
    for form in forms { occurrences(of: form, in: bytes) { found.append($0) } }
    guard found.count > 1 else { return found }
    found.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    var merged: [Range<Int>] = []
    for range in found {
      if let last = merged.last, range.lowerBound < last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  private static func occurrences(
    of form: [UInt8], in bytes: UnsafeRawBufferPointer, each: (Range<Int>) -> Void
  ) {
    guard let base = bytes.baseAddress, let first = form.first else { return }
    var start = 0
    // The first byte is sought by memchr, then the whole compared: glibc offers memmem(3) only to GNU sources.
    while bytes.count - start >= form.count {
      guard let hit = memchr(base + start, Int32(first), bytes.count - start - form.count + 1) else { return }
      start = UnsafeRawPointer(hit) - base
      if memcmp(hit, form, form.count) == 0 { each(start..<(start + form.count)) }
      start += 1
    }
  }

  /// Appends `bytes` with each run replaced by one mask; a run at the very start stays silent when its
  /// mask was written before.
  static func copy(
    _ bytes: UnsafeRawBufferPointer, masking runs: [Range<Int>], coveredBefore: Int,
    to output: inout [UInt8]
  ) {
    var position = 0
    for run in runs where run.lowerBound < bytes.count {
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<run.lowerBound]))
      if coveredBefore == 0 || run.lowerBound > 0 { output.append(contentsOf: SecretRegistry.mask.utf8) }
      position = min(run.upperBound, bytes.count)
    }
    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position...]))
  }

  /// Where the longest end of `bytes` begins that some secret could go on from; `bytes.count` when none.
  static func possibleStart(of forms: [[UInt8]], in bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var earliest = bytes.count
    for form in forms {
      var position = max(0, bytes.count - (form.count - 1))
      while position < earliest, let first = form.first {
        guard let hit = memchr(base + position, Int32(first), earliest - position) else { break }
        position = UnsafeRawPointer(hit) - base
        if memcmp(base + position, form, bytes.count - position) == 0 {
          earliest = position
          break
        }
        position += 1
      }
    }
    return earliest
  }
}
