// What the terminal can show, and writing to it past any buffer.

import CLibEdit
import Glibc
import TCBShell

struct TerminalLook: Sendable {
  let allowsEscapes: Bool
  let allowsColour: Bool

  init(environment: (String) -> String?) {
    let type = environment("TERM") ?? ""
    allowsEscapes = !type.isEmpty && type != "dumb" && type != "unknown"
    // no-color.org: set and not empty.
    let isPlain = !(environment("NO_COLOR") ?? "").isEmpty
    allowsColour = allowsEscapes && !isPlain && !type.utf8.starts(with: "vt".utf8)
  }

  /// Bold, where allowed. `LineEditor.literal` tells libedit that the sequences take no room; they
  /// must not be the last thing in the prompt, or libedit drops them.
  func painted(_ prompt: String) -> String {
    guard allowsColour, prompt.utf8.last == UInt8(ascii: " ") else { return prompt }
    let literal = LineEditor.literal
    return "\(literal)\u{1B}[1m\(literal)\(prompt.dropLast())\(literal)\u{1B}[0m\(literal) "
  }
}

/// The prompt needs a terminal on both sides; otherwise the program reads a script.
var standardStreamsAreTerminals: Bool {
  isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
}

/// Makes characters beyond ASCII work whatever the locale is: this program speaks UTF-8.
///
/// Only the category of characters is set: a decimal comma has no place in numbers read or
/// written here. Must come before libedit is opened.
/// False when this system has no UTF-8 at all, where libedit would crash on a prompt that is not
/// ASCII.
func useUTF8Characters() -> Bool {
  setlocale(LC_CTYPE, "")
  if isUTF8Locale { return true }
  setlocale(LC_CTYPE, "C.UTF-8")
  return isUTF8Locale
}

private var isUTF8Locale: Bool { String(cString: nl_langinfo(nl_item(CODESET))) == "UTF-8" }

/// The layout of the terminal as wide as it is now; 80 columns when it does not say.
func terminalLayout() -> TextLayout {
  var size = winsize()
  let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
  return TextLayout(columns: isKnown ? Int(size.ws_col) : 80) {
    Int(tcb_columns_of(wchar_t(truncatingIfNeeded: $0.value)))
  }
}

func processEnvironment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// Failures are passed over: there is nobody left to tell.
func writeText(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return }
    bytes = bytes.dropFirst(count)
  }
}
