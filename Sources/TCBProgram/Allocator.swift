// How memory is taken.

import CMalloc

/// Work happens in one thread at a time, and blocks of many sizes come and go: one arena that grows by a megabyte and keeps
/// what it has spares most of the page faults and system calls that glibc's defaults cost. Measured: a third of the time
/// of checking a large script.
func tuneAllocator() {
  _ = mallopt(M_ARENA_MAX, 1)
  _ = mallopt(M_MXFAST, 0)
  _ = mallopt(M_TOP_PAD, 1 << 20)
  _ = mallopt(M_TRIM_THRESHOLD, 256 << 20)
  _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
}
