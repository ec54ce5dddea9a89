// The keys that are ours, and what libedit lets their functions do to the line.

import CLibEdit
import Glibc
import TCBShell

/// The line being edited.
struct LineState: Equatable {
  var beforeCursor: String
  var afterCursor: String

  var text: String { beforeCursor + afterCursor }
}

extension LineEditor {
  var state: LineState {
    guard let info = el_wline(edit)?.pointee, let start = info.buffer, let cursor = info.cursor,
      let end = info.lastchar
    else { return LineState(beforeCursor: "", afterCursor: "") }
    let before = UnsafeBufferPointer(start: start, count: max(0, cursor - start))
    let after = UnsafeBufferPointer(start: cursor, count: max(0, end - cursor))
    return LineState(beforeCursor: String(wide: before), afterCursor: String(wide: after))
  }

  func bindKeys() {
    add("tcb-complete", "Complete the word") { edit, _ in LineEditor.answer(edit) { $0.complete() } }
    add("tcb-interrupt", "Drop the line") { edit, _ in LineEditor.answer(edit) { $0.interrupt() } }
    add("tcb-paste", "Take pasted text") { edit, _ in LineEditor.answer(edit) { $0.paste() } }
    add("tcb-up", "Older entry") { edit, _ in LineEditor.answer(edit) { $0.goUp() } }
    add("tcb-down", "Newer entry") { edit, _ in LineEditor.answer(edit) { $0.goDown() } }
    add("tcb-search", "Search history") { edit, _ in LineEditor.answer(edit) { $0.search() } }
    let keys = [
      ("^I", "tcb-complete"), ("^C", "tcb-interrupt"), ("\\e[200~", "tcb-paste"), ("^R", "tcb-search"),
      ("^P", "tcb-up"), ("\\e[A", "tcb-up"), ("\\eOA", "tcb-up"),
      ("^N", "tcb-down"), ("\\e[B", "tcb-down"), ("\\eOB", "tcb-down"),
      ("\\e[3~", "ed-delete-next-char"), ("\\e[1;5C", "em-next-word"), ("\\e[1;5D", "ed-prev-word"),
      ("\\e[H", "ed-move-to-beg"), ("\\e[F", "ed-move-to-end"),
      ("\\e[1~", "ed-move-to-beg"), ("\\e[4~", "ed-move-to-end"),
    ]
    for (key, function) in keys { tcb_edit_bind(edit, key, function) }
  }

  private func add(_ name: String, _ summary: String, _ function: tcb_edit_key_function) {
    tcb_edit_add_function(edit, name, summary, function)
  }

  private static func answer(_ edit: OpaquePointer?, _ function: (LineEditor) -> UInt8) -> UInt8 {
    of(edit).map(function) ?? Answer.refused
  }

  /// Puts the cursor at the left edge of the row below the whole line.
  func goBelowLine() {
    let layout = terminalLayout()
    let state = state
    let row = layout.place(after: prompt + state.beforeCursor).row
    let last = layout.place(after: prompt + state.beforeCursor + state.afterCursor).row
    writeText(String(repeating: "\n", count: max(0, last - row) + 1) + "\r")
  }

  /// What a key function tells libedit to do next.
  enum Answer {
    static let nothing = UInt8(CC_NORM)
    static let redraw = UInt8(CC_REFRESH)
    static let refused = UInt8(CC_ERROR)
  }

  /// Shows `^C` and ends the line the usual way, so that the cursor lands below it.
  private func interrupt() -> UInt8 {
    owesInterrupt = false
    wasInterrupted = true
    el_cursor(edit, Int32(clamping: state.afterCursor.unicodeScalars.count))
    insert("^C")
    push("\n")
    return Answer.redraw
  }

  private func paste() -> UInt8 {
    var pasted = PastedText()
    while let scalar = nextScalar() {
      if pasted.isEnded(by: scalar) {
        let text = pasted.text
        return text.isEmpty || insert(text) ? Answer.redraw : Answer.refused
      }
    }
    return Answer.nothing
  }

  private func complete() -> UInt8 {
    let state = state
    let line = state.text
    let cursor = state.beforeCursor.utf8.count
    let answer = watcher.answer { [session, opened] in
      await session.completions(in: opened + line, at: opened.utf8.count + cursor)
    }
    guard let answer else { return Answer.nothing }
    let step = CompletionStep(
      line: line, cursor: cursor, opened: opened, start: answer.start, candidates: answer.candidates,
      isRepeated: lastAmbiguous == state)
    lastAmbiguous = step == .ambiguous ? state : nil
    switch step {
    case .none, .ambiguous:
      return Answer.refused
    case .replace(let scalars, let text):
      el_deletestr(edit, Int32(clamping: scalars))
      return text.isEmpty || insert(text) ? Answer.redraw : Answer.refused
    case .list(let candidates):
      show(candidates)
      return Answer.nothing
    }
  }

  private func show(_ candidates: [Completion]) {
    goBelowLine()
    for line in CandidateList(candidates, layout: terminalLayout()).lines { writeText(line + "\r\n") }
    tcb_edit_refresh(edit)
  }

  /// The next key inside a function that reads several; nil at the end and after Ctrl-C.
  func nextScalar() -> Unicode.Scalar? {
    while true {
      var character: wchar_t = 0
      guard el_wgetc(edit, &character) == 1, !owesInterrupt else { return nil }
      if let scalar = Unicode.Scalar(UInt32(bitPattern: character)) { return scalar }
    }
  }

  /// As if these keys were pressed next.
  func push(_ keys: String) {
    let wide = wideText(keys)
    defer { wide.deallocate() }
    el_wpush(edit, wide)
  }

  /// Leaves the cursor at the end.
  @discardableResult
  func replaceLine(with text: String) -> UInt8 {
    let state = state
    el_cursor(edit, Int32(clamping: state.afterCursor.unicodeScalars.count))
    el_deletestr(edit, Int32(clamping: state.text.unicodeScalars.count))
    return text.isEmpty || insert(text) ? Answer.redraw : Answer.refused
  }

  @discardableResult
  private func insert(_ text: String) -> Bool {
    let wide = wideText(text)
    defer { wide.deallocate() }
    return el_winsertstr(edit, wide) == 0
  }
}
