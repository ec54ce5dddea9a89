import Glibc
import TCBHost
import Testing

// One after the other, since they share the process's environment.
@Suite(.serialized) struct KeptSecretTests {
  let host = SystemHost()
  let folder = ScratchFolder()

  @Test func `a secret is made once and kept for the user alone`() throws {
    setenv("TCB_STATE", folder("x/state"), 1)
    defer { unsetenv("TCB_STATE") }
    #expect(try host.keptSecret(named: "key") { [1, 2, 3] } == [1, 2, 3])
    #expect(try host.keptSecret(named: "key") { [9] } == [1, 2, 3])
    #expect(folder.mode("x/state") & 0o777 == 0o700)
    #expect(folder.mode("x/state/key") & 0o777 == 0o600)
    #expect(try host.folderEntries(folder("x/state")).count == 1)
    #expect(throws: HostError(.denied(.write), path: folder("x/state/other"))) {
      try SystemHost(denied: [.write]).keptSecret(named: "other") { [1] }
    }
    #expect(try SystemHost(denied: [.write]).keptSecret(named: "key") { [1] } == [1, 2, 3])
  }

  @Test func `a secret that replaces another is there at once`() throws {
    setenv("TCB_STATE", folder("new/state"), 1)
    defer { unsetenv("TCB_STATE") }
    try host.replaceKeptSecret(named: "key", with: [1])
    try host.replaceKeptSecret(named: "key", with: [2, 3])
    #expect(try host.keptSecret(named: "key") { [9] } == [2, 3])
    #expect(folder.mode("new/state/key") & 0o777 == 0o600)
    #expect(try host.folderEntries(folder("new/state")).count == 1)
    #expect(throws: HostError(.denied(.write), path: "key")) {
      try SystemHost(denied: [.write]).replaceKeptSecret(named: "key", with: [4])
    }
  }

  @Test func `one at a time has the lock of a secret`() async throws {
    setenv("TCB_STATE", folder("locks"), 1)
    defer { unsetenv("TCB_STATE") }
    #expect(try host.keptSecretIfAny(named: "key") == nil)
    var lock = try await host.lockKeptSecret(named: "key", within: 1_000)
    #expect(lock != nil)
    #expect(folder.mode("locks/key.lock") & 0o777 == 0o600)
    await #expect(throws: HostError(.tooLate, path: folder("locks/key.lock"))) {
      try await host.lockKeptSecret(named: "key", within: 30)
    }
    #expect(try await host.lockKeptSecret(named: "other", within: 0) != nil)
    lock = nil
    #expect(try await host.lockKeptSecret(named: "key", within: 0) != nil)
    await #expect(throws: HostError(.denied(.write), path: "key")) {
      try await SystemHost(denied: [.write]).lockKeptSecret(named: "key", within: 0)
    }
    // Counted up by many at once, each with the lock, none is lost.
    let shared = host
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          let lock = try await shared.lockKeptSecret(named: "count", within: 60_000)
          let count = try shared.keptSecretIfAny(named: "count")?.count ?? 0
          try shared.replaceKeptSecret(named: "count", with: Array(repeating: 1, count: count + 1))
          withExtendedLifetime(lock) {}
        }
      }
      try await group.waitForAll()
    }
    #expect(try host.keptSecretIfAny(named: "count")?.count == 20)
  }

  @Test(arguments: ["", ".", "..", "a/b", "a\0"])
  func `a name that leads elsewhere is refused`(name: String) {
    #expect(throws: HostError(.invalidPath, path: name)) { try host.keptSecret(named: name) { [1] } }
  }

  @Test func `many that start together end with the same secret`() async throws {
    setenv("TCB_STATE", folder("race"), 1)
    defer { unsetenv("TCB_STATE") }
    let host = host
    let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for number in 1...UInt8(32) {
        group.addTask { try host.keptSecret(named: "key") { [number, number] } }
      }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(secrets.count == 1)
    #expect(try host.folderEntries(folder("race")).count == 1)
  }

  @Test func `a secret that another made in the meantime stands`() throws {
    setenv("TCB_STATE", folder("late"), 1)
    defer { unsetenv("TCB_STATE") }
    let secret = try host.keptSecret(named: "key") {
      _ = try? host.keptSecret(named: "key") { [2] }
      return [1]
    }
    #expect(secret == [2])
    #expect(try host.folderEntries(folder("late")).count == 1)
  }

  @Test func `the state folder of the desktop is used where none is named`() throws {
    setenv("XDG_STATE_HOME", folder("xdg"), 1)
    defer { unsetenv("XDG_STATE_HOME") }
    _ = try host.keptSecret(named: "key") { [1] }
    #expect(try host.fileStatus(folder("xdg/tcbsh/key"))?.size == 1)
  }

  @Test func `an empty secret is not used`() throws {
    setenv("TCB_STATE", folder.path, 1)
    defer { unsetenv("TCB_STATE") }
    #expect(throws: HostError(.other(EINVAL), path: folder("key"))) {
      try host.keptSecret(named: "key") { [] }
    }
  }
}
