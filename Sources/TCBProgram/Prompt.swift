// The prompt: reads lines, hands them to the shell, waits for what they do.

import Glibc
import TCBShell

/// Runs the prompt on this thread, which must be the main one, until the person leaves; returns
/// the exit status. Standard input and output must be terminals.
func runPrompt(
  session: any PromptSession, banner: String? = nil,
  environment: (String) -> String? = processEnvironment
) -> Int32 {
  let watcher = InterruptWatcher.install()
  let look = TerminalLook(environment: environment)
  guard let editor = LineEditor(session: session, watcher: watcher, look: look) else {
    writeText("tcbsh: the terminal cannot be used for a prompt\n", to: STDERR_FILENO)
    return 1
  }
  if let banner { writeText(banner + "\n") }
  var prompt = Prompt(editor: editor, watcher: watcher, shell: shell(for: session, environment: environment))
  return prompt.run()
}

private func shell(for session: any PromptSession, environment: (String) -> String?) -> Shell {
  do {
    let (file, entries) = try HistoryFile.open(in: StateDirectory.path(in: environment))
    return Shell(session: session, history: History(entries: entries), historyFile: file)
  } catch {
    warn(error.message)
    return Shell(session: session)
  }
}

private func warn(_ message: String) {
  writeText("tcbsh: \(message)\n", to: STDERR_FILENO)
}

private struct Prompt {
  let editor: LineEditor
  let watcher: InterruptWatcher
  var shell: Shell

  mutating func run() -> Int32 {
    for entry in shell.history.entries { editor.remember(entry) }
    while true {
      switch editor.readLine(prompt: shell.prompt, opened: shell.opened, history: shell.history.entries) {
      case .line(let line):
        if let status = accept(line) { return status }
      case .interrupted:
        shell.dropEntry()
      case .endOfInput:
        writeText("\n")
        if case .leave(let status) = shell.endOfInput().next { return status }
      case .ended(let number):
        writeText("\n")
        return 128 &+ number
      }
    }
  }

  /// The exit status when this line was the last one.
  private mutating func accept(_ line: String) -> Int32? {
    let finished = watcher.finish(
      { [shell] in
        var next = shell
        let outcome = await next.accept(line)
        return (shell: next, outcome: outcome)
      },
      onInterrupt: { count in
        // The terminal showed `^C` where the cursor was.
        if count == 1 { writeText("\n") }
        if count == 2 { hintAtLeaving() }
      })
    shell = finished.value.shell
    let outcome = finished.value.outcome
    if let kept = outcome.kept { editor.remember(kept) }
    if let warning = outcome.warning { warn(warning) }
    if let number = finished.stoppedBy, number != SIGINT { return 128 &+ number }
    if case .leave(let status) = outcome.next { return status }
    return nil
  }
}
