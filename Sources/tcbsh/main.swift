// The program's entry, without what reaches the network: linked in, that would cost every start 0.2 to 0.5 ms.
// Synchronous on purpose: the prompt needs the main thread, and what waits runs in tasks beside it.

import Glibc
import TCBProgram

exit(Program.main(network: nil))
