// The same program with what reaches the network. `tcbsh` becomes it where a script needs that.

import Glibc
import TCBClient
import TCBProgram
import TCBServer

exit(
  Program.main(
    Array(CommandLine.arguments.dropFirst()),
    network: Network(
      transport: SocketTransport(),
      serve: { core, settings, ready in
        do throws(ServerError) {
          try await InterfaceServer(core, settings).run(ready: ready)
          return nil
        } catch {
          return error.isOfListening ? .listen(error.message) : .setUp(error.message)
        }
      })))
