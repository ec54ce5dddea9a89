// Up, Down and Ctrl-R. libedit has its own, but those cut a line of more than 1,024 characters
// when it is left for an older one, and do not search for characters beyond Latin-1.

import CLibEdit
import Glibc
import TCBShell

extension LineEditor {
  func goUp() -> UInt8 {
    if let scalars = LineMotion.up(before: state.beforeCursor) { return moveCursor(scalars) }
    guard let line = walk.older(than: state.text) else { return Answer.refused }
    return replaceLine(with: line)
  }

  func goDown() -> UInt8 {
    let state = state
    if let scalars = LineMotion.down(before: state.beforeCursor, after: state.afterCursor) {
      return moveCursor(scalars)
    }
    guard let line = walk.newer() else { return Answer.refused }
    return replaceLine(with: line)
  }

  /// Every key but those for searching ends the search with what was found, and then does what it
  /// always does.
  func search() -> UInt8 {
    let typed = state.text
    let usual = prompt
    var search = HistorySearch(entries: entries)
    while true {
      show(search, otherwise: typed)
      guard let scalar = nextScalar() else { break }
      switch scalar {
      case "\u{12}": if !search.older() { el_beep(edit) }
      case "\u{7F}", "\u{8}": search.erase()
      case "\u{7}":
        redraw(prompt: usual) { replaceLine(with: typed) }
        return Answer.nothing
      case _ where scalar.properties.generalCategory == .control:
        redraw(prompt: usual) {}
        push(String(scalar))
        return Answer.nothing
      default:
        if !search.add(scalar) { el_beep(edit) }
      }
    }
    redraw(prompt: usual) {}
    return Answer.nothing
  }

  private func show(_ search: HistorySearch, otherwise typed: String) {
    redraw(prompt: "search `\(search.wanted)`: ") {
      replaceLine(with: search.match?.entry ?? typed)
      guard let match = search.match else { return }
      let count = match.entry.unicodeScalars.count - match.before.unicodeScalars.count
      el_cursor(edit, -Int32(clamping: count))
    }
  }

  private func moveCursor(_ scalars: Int) -> UInt8 {
    el_cursor(edit, Int32(clamping: scalars))
    return Answer.redraw
  }
}
