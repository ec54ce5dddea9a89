// Where libedit gets its characters: from the terminal, watching for signals meanwhile.

import CLibEdit
import Glibc
import TCBShell

/// The terminal of standard input, opened once more so that reading it never waits: Ctrl-C makes a terminal drop what
/// was typed, and where that happens between hearing that there is a key and reading it, a read that waits would wait
/// for the next key. Standard input itself is shared with other programs, which would not expect it to change.
private let keyInput: Int32 = {
  let descriptor = open("/proc/self/fd/\(STDIN_FILENO)", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
  return descriptor >= 0 ? descriptor : STDIN_FILENO
}()

extension LineEditor {
  static let interruptKey: wchar_t = 0x03
  private static let endOfInputKey: wchar_t = 0x04

  /// In libedit's terms: 1 for a character, 0 for the end, -1 for giving up.
  func readKey(into key: UnsafeMutablePointer<wchar_t>?) -> Int32 {
    guard let key, endedBy == nil else { return -1 }
    if typedAhead < 0 { countTypedAhead() }
    // Something else than its function took the key (a search, a sequence begun with Escape).
    if owesInterrupt { return give(Self.interruptKey, in: key) }
    while true {
      switch waitForKeyOrSignal() {
      case .signal(let number):
        take(number)
        if endedBy != nil { return -1 }
        if owesInterrupt { return give(Self.interruptKey, in: key) }
      case .key:
        var byte: UInt8 = 0
        let count = read(keyInput, &byte, 1)
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        guard count == 1 else { return 0 }
        // What a terminal that was not in the editing mode made of Ctrl-D. Observed on Linux.
        let wasTypedAhead = typedAhead > 0
        typedAhead = max(0, typedAhead - 1)
        if byte == 0, wasTypedAhead { return give(Self.endOfInputKey, in: key) }
        if let scalar = decoder.next(byte) { return give(wchar_t(bitPattern: scalar.value), in: key) }
      }
    }
  }

  private enum Arrival {
    case key
    case signal(Int32)
  }

  private func waitForKeyOrSignal() -> Arrival {
    while true {
      if let number = watcher.nextSignal() { return .signal(number) }
      var polled = [
        pollfd(fd: keyInput, events: Int16(POLLIN), revents: 0),
        pollfd(fd: watcher.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
      if polled[1].revents == 0, polled[0].revents != 0 { return .key }
    }
  }

  private func take(_ number: Int32) {
    switch number {
    case SIGINT: owesInterrupt = true
    case SIGWINCH: redrawResized()
    case SIGTSTP: suspend()
    case SIGCONT: resume()
    default: endedBy = number
    }
  }

  /// Terminals differ in what becomes of wrapped rows when they are resized; this takes them to
  /// be wrapped anew, which is right for all of them as long as the line takes one row.
  private func redrawResized() {
    el_resize(edit)
    redraw(prompt: prompt) {}
  }

  /// Takes prompt and line off the screen, changes them, and draws them anew in the same place.
  func redraw(prompt next: String, _ change: () -> Void) {
    let row = terminalLayout().place(after: prompt + state.beforeCursor).row
    setPrompt(next)
    change()
    if look.allowsEscapes {
      writeText("\r" + (row > 0 ? "\u{1B}[\(row)A" : "") + "\u{1B}[J")
    } else {
      writeText("\n")
    }
    tcb_edit_refresh(edit)
  }

  /// Stops as if no handler were there, with the terminal as it was found.
  private func suspend() {
    if look.allowsEscapes { writeText("\u{1B}[?2004l") }
    goBelowLine()
    tcb_edit_prepare_terminal(edit, 0)
    watcher.unwatch(SIGTSTP)
    raise(SIGTSTP)
    watcher.watch(SIGTSTP)
    resume()
  }

  /// Whoever continued the program may have changed the terminal's mode.
  private func resume() {
    tcb_edit_prepare_terminal(edit, 0)
    tcb_edit_prepare_terminal(edit, 1)
    if look.allowsEscapes { writeText("\u{1B}[?2004h") }
    redrawResized()
  }

  private func countTypedAhead() {
    typedAhead = 0
    if ioctl(STDIN_FILENO, UInt(FIONREAD), &typedAhead) != 0 { typedAhead = 0 }
  }

  private func give(_ character: wchar_t, in key: UnsafeMutablePointer<wchar_t>) -> Int32 {
    key.pointee = character
    return 1
  }
}
