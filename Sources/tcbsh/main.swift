// The program's entry. Synchronous on purpose: the prompt needs the main thread, and what waits runs in tasks beside it.

import Glibc

exit(Program.main(Array(CommandLine.arguments.dropFirst())))
