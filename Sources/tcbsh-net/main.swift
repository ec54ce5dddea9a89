// The same program with what reaches the network. `tcbsh` becomes it where a script needs that.

import Glibc
import TCBClient
import TCBProgram
import TCBServer
import TCBService
import TCBStore

/// Gives a core the state that is kept, and what a state begins with where it has none.
func prepare(_ core: APICore, _ settings: ServerSettings) throws(StateError) {
  var isNew = true
  if let folder = settings.state {
    let state = try SQLiteState(folder: folder)
    isNew = try state.rows().isEmpty
    try core.attach(state)
  }
  if let seed = settings.seed, isNew {
    guard let file = OpenFile(seed), let bytes = file.read(Int(file.size), at: 0) else {
      throw StateError("`\(seed)` cannot be read")
    }
    try core.add(document: bytes)
  }
}

func serve(
  _ core: APICore, _ settings: ServerSettings, _ reload: ServerReload,
  _ ready: @escaping @Sendable (Int) -> Void
) async -> Network.Trouble? {
  do throws(StateError) { try prepare(core, settings) } catch { return .setUp(error.message) }
  do throws(ServerError) {
    try await InterfaceServer(core, settings).run(reload: reload, ready: ready)
    return nil
  } catch {
    return error.isOfListening ? .listen(error.message) : .setUp(error.message)
  }
}

exit(Program.main(network: Network(transport: SocketTransport(), serve: serve)))
