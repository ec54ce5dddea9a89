// decide [TURNS [CASE]]   every case, or those whose name holds CASE, turn by turn
// decide compile COUNT    one policy of COUNT prefixes: seconds and memory, in a process of its own
// decide globs COUNT      one policy of COUNT globs, in the same way

import CFloor
import TCBRules

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "compile": compile(Shape.deep.folders(Int(arguments.dropFirst().first ?? "") ?? 100_000))
case "globs": compile((0..<(Int(arguments.dropFirst().first ?? "") ?? 100_000)).map(glob))
default: compare(turns: Int(arguments.first ?? "") ?? 7, only: arguments.dropFirst().first ?? "")
}

func compile(_ patterns: [String]) {
  let before = Clock.memory("VmRSS")
  let start = Clock.thread()
  let all = rules(patterns)
  let read = Clock.thread()
  let compiled = try? Policy(name: "bench", rules: all)
  let end = Clock.thread()
  let decided = compiled?.decision(for: "t1/m2/s3/file_1.png").rule
  print(
    "\(all.count) rules: patterns \(hundredths((read - start) / 1e9)) s, policy \(hundredths((end - read) / 1e9)) s,",
    "memory \((Clock.memory("VmRSS") - before) / 1000) MB, at most \((Clock.memory("VmHWM") - before) / 1000) MB,",
    "first decision by rule \(decided ?? -1)")
}

func hundredths(_ number: Double) -> String {
  let whole = Int((number * 100).rounded())
  return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
}
