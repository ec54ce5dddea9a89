// Reads one line from the terminal through libedit, with history and keys of its own.

import CLibEdit
import Glibc
import TCBShell

enum LineInput: Equatable {
  /// Without its newline; a paste or a recalled entry may have newlines inside.
  case line(String)
  /// Ctrl-C.
  case interrupted
  /// Ctrl-D on an empty line, or the terminal is gone.
  case endOfInput
  /// A signal that ends the program.
  case ended(by: Int32)
}

/// Belongs to the main thread, like libedit itself.
final class LineEditor {
  /// Around the parts of a prompt that take no room.
  static let literal = "\u{1}"

  let edit: OpaquePointer
  let watcher: InterruptWatcher
  let session: any PromptSession
  let look: TerminalLook
  private let history: OpaquePointer
  private var promptText: UnsafeMutablePointer<wchar_t>

  private(set) var prompt = ""
  private(set) var opened = ""
  var decoder = ScalarDecoder()
  /// Ctrl-C was handed to libedit as a key and has not arrived at its function yet.
  var owesInterrupt = false
  var wasInterrupted = false
  var endedBy: Int32?
  /// Bytes typed before this line was asked for, and not yet read.
  var typedAhead: Int32 = 0
  /// What the line was when Tab last found several candidates.
  var lastAmbiguous: LineState?
  private(set) var entries: [String] = []
  var walk = HistoryWalk(entries: [])

  /// Nil when libedit cannot work here, for want of memory, a terminal or UTF-8.
  init?(session: any PromptSession, watcher: InterruptWatcher, look: TerminalLook) {
    guard useUTF8Characters(), let edit = tcb_edit_open("tcbsh") else { return nil }
    guard let history = history_winit() else {
      el_end(edit)
      return nil
    }
    self.edit = edit
    self.history = history
    self.session = session
    self.watcher = watcher
    self.look = look
    promptText = wideText("")
    setUp()
  }

  deinit {
    el_end(edit)
    history_wend(history)
    promptText.deallocate()
  }

  /// Tells libedit of an entry, for its own commands (Escape P searches by a beginning).
  func remember(_ entry: String) {
    let text = wideText(entry)
    defer { text.deallocate() }
    tcb_history_enter(history, text)
  }

  /// `opened` are the lines of the entry before this one; completion looks at them too.
  func readLine(prompt: String, opened: String, history: [String]) -> LineInput {
    setPrompt(prompt)
    self.opened = opened
    entries = history
    walk = HistoryWalk(entries: history)
    wasInterrupted = false
    owesInterrupt = false
    lastAmbiguous = nil
    decoder = ScalarDecoder()
    beginEditing()
    defer { endEditing() }
    var count: Int32 = 0
    let line = el_wgets(edit, &count)
    if let endedBy { return .ended(by: endedBy) }
    if wasInterrupted { return .interrupted }
    guard let line, count > 0 else { return .endOfInput }
    let text = UnsafeBufferPointer(start: line, count: Int(count))
    return .line(String(wide: text.last == newline ? text.dropLast() : text[...]))
  }

  func setPrompt(_ text: String) {
    prompt = text
    promptText.deallocate()
    promptText = wideText(look.painted(text))
  }

  private func setUp() {
    tcb_edit_set_client_data(edit, Unmanaged.passUnretained(self).toOpaque())
    tcb_edit_set_signal_handling(edit, 0)
    tcb_edit_set_editor(edit, "emacs")
    tcb_edit_set_prompt(edit, { LineEditor.of($0)?.promptText }, wchar_t(1))
    tcb_edit_set_reader(edit, { LineEditor.of($0)?.readKey(into: $1) ?? -1 })
    tcb_history_set_size(history, Int32(History.maximumEntries))
    tcb_edit_set_history(edit, history)
    // ~/.editrc is not read: in vi mode, which it may ask for, a marked paste would be commands.
    bindKeys()
  }

  private func beginEditing() {
    watcher.watch(SIGWINCH)
    watcher.watch(SIGTSTP)
    watcher.watch(SIGCONT)
    // The terminal may have been resized while a command ran.
    el_resize(edit)
    typedAhead = -1
    // libedit would show the prompt first, and the terminal itself would echo a quick key.
    tcb_edit_prepare_terminal(edit, 1)
    if look.allowsEscapes { writeText("\u{1B}[?2004h") }
  }

  private func endEditing() {
    if look.allowsEscapes { writeText("\u{1B}[?2004l") }
    watcher.unwatch(SIGWINCH)
    watcher.unwatch(SIGTSTP)
    watcher.unwatch(SIGCONT)
  }

  static func of(_ edit: OpaquePointer?) -> LineEditor? {
    guard let data = edit.flatMap({ tcb_edit_client_data($0) }) else { return nil }
    return Unmanaged<LineEditor>.fromOpaque(data).takeUnretainedValue()
  }
}

private let newline = wchar_t(10)

/// Ends with a zero; the caller deallocates it. Zeros inside would end it early and are left out.
func wideText(_ text: String) -> UnsafeMutablePointer<wchar_t> {
  // A scalar has at least one byte of UTF-8.
  let wide = UnsafeMutablePointer<wchar_t>.allocate(capacity: text.utf8.count + 1)
  var end = wide
  for scalar in text.unicodeScalars where scalar.value != 0 {
    end.initialize(to: wchar_t(bitPattern: scalar.value))
    end = end.successor()
  }
  end.initialize(to: 0)
  return wide
}

extension String {
  /// Zeros are left out: libedit leaves some where it brings back a line longer than its buffer.
  init(wide: some Sequence<wchar_t>) {
    var scalars = String.UnicodeScalarView()
    for character in wide where character != 0 {
      if let scalar = Unicode.Scalar(UInt32(bitPattern: character)) { scalars.append(scalar) }
    }
    self.init(scalars)
  }
}
