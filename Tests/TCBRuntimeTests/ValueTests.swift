import TCBRuntime
import Testing

/// What the machine relies on to reach into a register.
@Suite struct ValueLayoutTests {
  @Test(arguments: [0, 1, -1, Int64.max, Int64.min]) func `a number is the first word of its value`(
    number: Int64
  ) {
    #expect(withUnsafeBytes(of: Value.int(number)) { $0.load(as: Int64.self) } == number)
    #expect(MemoryLayout<Value>.stride == 16)
  }

  @Test func `a function is the first word of its value`() throws {
    guard case .function(let function) = try run("let result = fn () { 1 }") else {
      Issue.record("no function")
      return
    }
    let word = withUnsafeBytes(of: Value.function(function)) { $0.load(as: UnsafeRawPointer.self) }
    #expect(word == UnsafeRawPointer(Unmanaged.passUnretained(function).toOpaque()))
  }
}

@Suite struct ValueTests {
  @Test func `a value takes sixteen bytes`() {
    #expect(MemoryLayout<Value>.stride == 16)
  }

  static let largest = "9223372036854775807"
  static let smallest = "-9223372036854775808"

  @Test(arguments: [
    "\(largest) + 1", "1 + \(largest)", "\(smallest) + -1", "\(smallest) - 1", "\(largest) - -1",
    "0 - (\(smallest))",
    "\(largest) * 2", "\(smallest) * -1", "-1 * (\(smallest))", "3037000500 * 3037000500",
    "\(smallest) // -1",
    "\(smallest) / -1", "-(\(smallest))", "106751991167d + 1d", "-106751991167d - 1d", "106751991167d * 2",
    "2 * 106751991167d", "106751991167d * 2.0", "1h / 0.000000000000000000000000000001",
  ])
  func `a result that does not fit is an error`(expression: String) throws {
    #expect(try fault("let result = \(expression)") == "E0404")
  }

  @Test(arguments: [
    ("\(largest) + 0", largest), ("\(smallest) - 0", smallest), ("\(smallest) % -1", "0"),
    ("\(largest) // -1", "-9223372036854775807"),
    ("\(smallest) // 1", smallest), ("\(smallest) / 1", smallest), ("\(smallest) + \(largest)", "-1"),
    ("-7 // 2", "-4"), ("7 // -2", "-4"), ("-7 // -2", "3"), ("-6 // 2", "-3"), ("-7 % 2", "1"),
    ("7 % -2", "-1"),
    ("-7 % -2", "-1"), ("6 % -2", "0"), ("\(smallest) // \(largest)", "-2"),
    ("\(smallest) % \(largest)", "9223372036854775806"),
    ("7 / 2", "3.5"), ("-6 / 3", "-2"), ("-7.5 // 2", "-4.0"), ("-7.5 % 2", "0.5"), ("1 + 0.5", "1.5"),
  ])
  func `whole numbers are computed exactly`(expression: String, result: String) throws {
    #expect(try value(expression) == result)
  }

  @Test(arguments: [
    ("9007199254740993 == 9007199254740992.0", "false"), ("9007199254740992 == 9007199254740992.0", "true"),
    ("9007199254740993 > 9007199254740992.0", "true"), ("9007199254740992.0 < 9007199254740993", "true"),
    ("9007199254740993 <= 9007199254740992.0", "false"), ("9007199254740992.0 >= 9007199254740993", "false"),
    ("\(largest) == 9223372036854775808.0", "false"), ("\(largest) < 9223372036854775808.0", "true"),
    ("\(smallest) == -9223372036854775808.0", "true"), ("\(smallest) >= -9223372036854775808.0", "true"),
    ("1 < 1.5", "true"), ("2 > 1.5", "true"), ("-1 > -1.5", "true"), ("-2 < -1.5", "true"),
    ("0 == -0.0", "true"),
    ("1 in [1.0]", "true"), ("[1, [2]] == [1.0, [2.0]]", "true"),
  ])
  func `whole numbers and floats compare exactly`(expression: String, result: String) throws {
    #expect(try value(expression) == result)
  }

  /// Not a number, as far as a script can come by one.
  static let nan = "(\(String(repeating: "9", count: 200)).0 * \(String(repeating: "9", count: 200)).0 * 0.0)"

  @Test(arguments: ["==", "<", "<=", ">", ">="])
  func `what is not a number has no order and equals nothing`(operation: String) throws {
    #expect(try value("\(ValueTests.nan) \(operation) \(ValueTests.nan)") == "false")
    #expect(try value("1 \(operation) \(ValueTests.nan)") == "false")
    #expect(try value("if \(ValueTests.nan) \(operation) 1 { true } else { false }") == "false")
  }

  @Test func `what is not a number differs from everything`() throws {
    #expect(try value("\(ValueTests.nan) != \(ValueTests.nan)") == "true")
    #expect(try value("if \(ValueTests.nan) != 1 { true } else { false }") == "true")
    #expect(try value("1 in [\(ValueTests.nan)]") == "false")
  }

  @Test(arguments: [
    ("1h / 7", "8m34s286ms"), ("1ms * 0.5", "1ms"), ("-1ms * 0.5", "-1ms"), ("3ms / 2", "2ms"),
    ("1h / 30m", "2"),
    ("1h / 45m", "1.3333333333333333"),
    ("0s", "0s"), ("-1h30m", "-1h30m"), ("1h - 2h", "-1h"),
  ])
  func `durations are whole milliseconds`(expression: String, result: String) throws {
    #expect(try value(expression) == result)
  }

  @Test(arguments: [
    ("\"é\" == \"e\\u{301}\"", "false"), ("\"a\" < \"b\"", "true"), ("\"Z\" < \"a\"", "true"),
    ("\"\" < \"a\"", "true"),
    ("\"\\u{FFFF}\" < \"\\u{10000}\"", "true"), ("\"e\\u{301}\" in [\"é\"]", "false"),
    ("\"b\" in \"abc\"", "true"),
    ("\"ab\" in \"a\"", "false"),
  ])
  func `texts compare byte for byte`(expression: String, result: String) throws {
    #expect(try value(expression) == result)
  }

  @Test(arguments: [
    ("\"a\\tb\\n\\\"\\\\\"", #""a\tb\n\"\\""#), ("\"\\u{1B}\\u{7F}\"", #""\u{1B}\u{7F}""#),
    ("{\"a b\": 1, c: 2}", #"{"a b": 1, c: 2}"#),
    ("{\"1a\": 1, \"\": 2}", #"{"1a": 1, "": 2}"#), ("[null, true, 1.0, 1e]", "E0106"),
  ])
  func `a value is written as the language reads it`(expression: String, text: String) throws {
    do {
      let written = try value(expression)
      #expect(written == text)
      #expect(try value(written) == written)
    } catch let refused as NotCompiled {
      #expect(refused.codes == [text])
    }
  }

  @Test func `changing a copy leaves the other alone`() throws {
    #expect(
      try run("var a = [1, [2]]\nvar b = a\nb[1][0] = 3\nlet result = [a, b]").literalText
        == "[[1, [2]], [1, [3]]]")
    #expect(
      try run("var a = {x: {y: 1}}\nvar b = a\nb.x.y = 2\nlet result = [a, b]").literalText
        == "[{x: {y: 1}}, {x: {y: 2}}]")
    #expect(try run("var a = [0]\na[0] = a\nlet result = a").literalText == "[[0]]")
  }

  @Test func `a secret never prints, nor does what is made of it`() {
    let secret = Value.text(TextValue("hush", isSecret: true))
    #expect(secret.displayText == "‹secret›")
    #expect(Value.list(of: [secret]).displayText == "[‹secret›]")
    #expect(Value.record([("a", secret)]).holdsSecret)
    #expect(secret.typeName == "secret")
  }
}
