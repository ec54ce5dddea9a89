// Answers spoiled on purpose: their rows, and their bytes.

import TCBInterface

extension CallFaults {
  /// The answer with its rows spoiled; one that was refused has none.
  func spoiled(_ answer: LinkAnswer) -> LinkAnswer {
    var answer = answer
    for (fault, generator) in rows where !answer.files.isEmpty {
      var generator = generator
      answer.files.spoil(fault, &generator)
    }
    return answer
  }

  /// The JSON of an answer, spoiled.
  func spoiled(_ json: [UInt8]) -> [UInt8] {
    var bytes = json
    for (fault, generator) in bodies where !bytes.isEmpty {
      var generator = generator
      switch fault {
      case .truncated: bytes.removeLast(Int.random(in: 1...max(1, bytes.count - 1), using: &generator))
      case .malformed: bytes = bytes.malformed(&generator)
      case .extended: bytes = bytes.extended()
      }
    }
    return bytes
  }

  var spoilsBody: Bool { !bodies.isEmpty }
}

extension [AnsweredFile] {
  /// INVARIANT: there is a row.
  fileprivate mutating func spoil(_ fault: FaultEffect.Rows, _ generator: inout FaultGenerator) {
    let chosen = Int.random(in: indices, using: &generator)
    switch fault {
    case .dropped: remove(at: chosen)
    case .doubled: insert(self[chosen], at: Int.random(in: 0...count, using: &generator))
    case .shuffled: shuffle(using: &generator)
    case .unasked:
      var row = self[chosen]
      row.fileID += ".unasked"
      insert(row, at: chosen)
    case .mixed:
      let failures: [ErrorCode] = [.storageRequestFailed, .storageNotPermitted, .badObject]
      for index in indices where index == chosen || Bool.random(using: &generator) {
        let code = failures[Int.random(in: failures.indices, using: &generator)]
        self[index].downloadURL = ""
        self[index].status = code.number
        self[index].message = code.text
      }
    }
  }
}

extension [UInt8] {
  /// Each of these is no message of the interface for any reader.
  fileprivate func malformed(_ generator: inout FaultGenerator) -> [UInt8] {
    switch Int.random(in: 0..<4, using: &generator) {
    // What a gateway in between says.
    case 0: Array("<html><body><h1>502 Bad Gateway</h1></body></html>".utf8)
    case 1: dropLast() + [UInt8(ascii: "]")]
    case 2: self + self
    default: [0xFF] + self
    }
  }

  /// Rows begin with their file's id, and no text can look like that: its quotes would be escaped.
  fileprivate func extended() -> [UInt8] {
    let key = Array(#""x_unknown":{"list":[1,2.5e3,{"text":"\u4e2d\"}"}],"nothing":null,"yes":true},"#.utf8)
    let row = Array(#"{"fileid":"#.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 2)
    for index in indices {
      bytes.append(self[index])
      guard self[index] == UInt8(ascii: "{") else { continue }
      if index == startIndex || self[index...].starts(with: row) { bytes += key }
    }
    return bytes
  }
}
