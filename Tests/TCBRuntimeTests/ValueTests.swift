import TCBRuntime
import Testing

@Suite struct ValueTests {
  @Test func `a value takes sixteen bytes`() {
    #expect(MemoryLayout<Value>.stride == 16)
  }
}
