// What people write who come from other languages, and what it is here.

import TCBText

enum Habits {
  /// The word of this language that one of another stands for.
  static func word(_ name: String) -> String? { words[name] }

  private static let words: [String: String] = [
    "function": "fn", "func": "fn", "def": "fn", "lambda": "fn", "const": "let", "undefined": "null",
    "nil": "null",
    "None": "null", "NULL": "null", "True": "true", "False": "false", "echo": "print", "puts": "print",
    "printf": "print", "console": "print", "elif": "else if", "elsif": "else if", "elseif": "else if",
    "foreach": "for", "require": "import", "include": "import", "throw": "fail", "raise": "fail",
    "except": "catch", "rescue": "catch", "typeof": "type", "len": "length",
  ]

  /// What to do where something was expected and a sign of another language is found.
  static func help(expected wanted: Wording, found: Wording) -> Wording? {
    switch (wanted.english, found.english) {
    case ("a value", "`//`"), ("a value", "`/`"): "a comment begins with `#`"
    case ("a value", "`=`"), ("`{`", "`=`"): "to compare, write `==`"
    case ("a value", "`>`"): "a function is written `fn (x) { … }`"
    case ("a value", "`&`"): "`and` joins conditions"
    case ("a command", "`|`"), ("`{`", "`|`"): "`or` joins conditions"
    case ("the end of the statement", "`?`"): "a choice is written `if x { a } else { b }`"
    default: nil
    }
  }

  /// What to write in place of characters that belong to no word.
  static func help(for text: String) -> Wording? {
    switch text.first {
    case "!": "`not` negates a condition"
    case "`": "a text is written \"…\", with `\\(value)` in it, or '…'"
    case let first?: halfWidth[first].map { "write `\($0)` in place of `\(String(first))`" }
    case nil: nil
    }
  }

  /// What Chinese keyboards give in place of the signs of a language.
  private static let halfWidth: [Character: String] = [
    "“": "\"", "”": "\"", "„": "\"", "＂": "\"", "‘": "'", "’": "'", "，": ",", "、": ",", "；": ";", "：": ":",
    "。": ".",
    "（": "(", "）": ")", "【": "[", "】": "]", "［": "[", "］": "]", "｛": "{", "｝": "}", "＝": "=", "｜": "|",
    "＞": ">", "＜": "<",
    "＋": "+", "－": "-", "×": "*", "÷": "/", "　": " ",
  ]
}
