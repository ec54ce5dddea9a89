// sign [TURNS]: a million links, signed in thousands as texts of their own, and one by one in C; turn by turn, in processor time.

import COpenSSL
import Glibc
import TCBInterface

let turns = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
let count = 1_000_000
let origin = "https://7072-prod-3gx9k2-1300000000.tcb.qcloud.la"
let key = "0123456789abcdef0123456789abcdef"
let folder = "t3/m4/s5/file_"
let end: Int64 = 1_767_225_600

let maker = LinkMaker(origin: origin, signer: LinkSigner(key: try SigningKey(key)))
let thousands = stride(from: 0, to: count, by: 1_000).map { first in
  (first..<first + 1_000).map { number in
    let digits = String(number)
    return folder + String(repeating: "0", count: 8 - digits.count) + digits
  }
}

func nanoseconds(_ work: () -> String) -> (each: Double, last: String) {
  let began = clock()
  let last = work()
  return (Double(clock() - began) * 1e9 / Double(CLOCKS_PER_SEC) / Double(count), last)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

var ours: [Double] = []
var theirs: [Double] = []
for _ in 0..<max(1, turns) {
  let swift = nanoseconds {
    var last = ""
    for paths in thousands {
      last = maker.links(paths: paths, issuedAt: end - 7_200, maxAge: 7_200).last ?? ""
    }
    return last
  }
  let openSSL = nanoseconds {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1_024) { last in
      guard let first = last.baseAddress,
        sign_with_openssl(origin, key, "/" + folder, String(end), count, first, UInt(last.count)) == 1
      else { return "" }
      return String(cString: first)
    }
  }
  guard swift.last == openSSL.last else { fatalError("\(swift.last) is not \(openSSL.last)") }
  ours.append(swift.each)
  theirs.append(openSSL.each)
}

func report(_ name: String, _ each: Double) {
  let rate = 1_000 / each
  print("\(name): \(Int(each.rounded())) ns a link, \((rate * 10).rounded() / 10) million a second")
}
report("tcbsh", median(ours))
report("OpenSSL", median(theirs))
print("ratio of times: \((median(ours) / median(theirs) * 100).rounded() / 100)")
