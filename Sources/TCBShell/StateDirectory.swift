// Where the shell keeps what outlives it.

import Glibc

package enum StateDirectory {
  /// `$TCB_STATE`, else `$XDG_STATE_HOME/tcbsh`, else `~/.local/state/tcbsh`; nil with no home.
  ///
  /// A relative `XDG_STATE_HOME` is ignored, as the XDG base directory specification demands.
  package static func path(in environment: (String) -> String?) -> String? {
    if let own = environment("TCB_STATE"), !own.isEmpty { return own }
    if let state = environment("XDG_STATE_HOME"), state.utf8.first == UInt8(ascii: "/") {
      return state + "/tcbsh"
    }
    guard let home = environment("HOME"), !home.isEmpty else { return nil }
    return home + "/.local/state/tcbsh"
  }

  /// Makes the folder and those above it, for the owner only; one that is there stays as it is.
  static func create(_ path: String) -> Bool {
    if isFolder(path) { return true }
    var made = ""
    for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      made += String(decoding: part, as: UTF8.self)
      if !made.isEmpty, !isFolder(made) { mkdir(made, 0o700) }
      made += "/"
    }
    return isFolder(path)
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
