import TCBHost
import Testing

@Suite struct NoHostTests {
  @Test func `nothing is granted but the clock`() {
    let host = NoHost()
    #expect(host.now() > 1_700_000_000_000)
    #expect(host.outputTerminal == nil)
    #expect(throws: HostError(.denied(.env))) { try host.environmentVariable("HOME") }
    #expect(throws: HostError(.denied(.read), path: "/etc/passwd")) { try host.openFile("/etc/passwd") }
    #expect(throws: HostError(.denied(.read))) { try host.standardInput() }
    #expect(throws: HostError(.denied(.read), path: "/")) { try host.fileStatus("/") }
    #expect(throws: HostError(.denied(.read), path: "/")) { try host.folderEntries("/") }
    #expect(throws: HostError(.denied(.write), path: "a")) { try host.createFile("a") }
    #expect(throws: HostError(.denied(.write))) { try host.writeOutput("x") }
    #expect(throws: HostError(.denied(.write))) { try host.keptSecret(named: "k") { [1] } }
  }

  @Test(arguments: [
    (HostError.Reason.denied(.net), "`net` is not allowed here"), (.notFound, "there is no such file"),
    (.isFolder, "it is a folder"), (.notFolder, "it is not a folder"),
    (.notPermitted, "permission was refused"), (.noSpace, "no space is left"),
    (.closed, "the output was closed"), (.invalidPath, "it is not a usable path"),
    (.other(5), "input/output error"),
  ])
  func `each reason has its words`(reason: HostError.Reason, words: String) {
    #expect(HostError(reason).message == words)
  }
}
