// Rules and paths: ten folders at each level, as a store of pictures has them, and a million files in them.

import TCBRules

/// Texts in one buffer, as a program has them that read them from a file.
final class Paths: Sendable {
  let bytes: [UInt8]
  let ends: [Int]

  init(_ count: Int, _ path: (Int) -> String) {
    var bytes: [UInt8] = []
    var ends = [0]
    for index in 0..<count {
      bytes += path(index).utf8
      ends.append(bytes.count)
    }
    self.bytes = bytes
    self.ends = ends
  }

  var count: Int { ends.count - 1 }

  func each(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { bytes in
      ends.withUnsafeBufferPointer { ends in
        for index in 0..<(ends.count - 1) {
          body(UnsafeBufferPointer(rebasing: bytes[ends[index]..<ends[index + 1]]))
        }
      }
    }
  }
}

/// Which folders there are, and in which of them a file lies.
enum Shape: String {
  /// Three levels of ten: 1,110 folders.
  case small
  /// Five levels of ten: 111,110 folders.
  case deep
  /// 10, 100 in each, 100 in each of those: 101,010 folders.
  case wide

  var widths: [Int] {
    switch self {
    case .small: [10, 10, 10]
    case .deep: [10, 10, 10, 10, 10]
    case .wide: [10, 100, 100]
    }
  }

  private static let names = ["t", "m", "s", "u", "v"]

  /// The outermost first.
  func folders(_ count: Int) -> [String] {
    var all: [String] = []
    var level = [""]
    for (depth, width) in widths.enumerated() {
      level = level.flatMap { parent in (0..<width).map { "\(parent)\(Self.names[depth])\($0)/" } }
      all += level
    }
    return Array(all.prefix(count))
  }

  func paths(_ count: Int) -> Paths {
    var state: UInt64 = 12345
    return Paths(count) { index in
      state = (state &* 1_103_515_245 &+ 12345) & 0x7FFF_FFFF
      var rest = Int(state >> 8)
      var path = ""
      for (depth, width) in widths.enumerated() {
        path += "\(Self.names[depth])\(rest % width)/"
        rest /= width
      }
      let number = String(index)
      return path + "file_" + String(repeating: "0", count: 8 - number.count) + number + ".png"
    }
  }
}

/// Globs of every kind, numbered so that no two are alike; about one in ten matches files of `Shape.small`.
func glob(_ number: Int) -> String {
  let kind = number % 15
  let n = number / 15
  let (a, b, c) = (n % 10, n / 10 % 10, n / 100 % 10)
  return switch kind {
  case 0: "t\(a)/**/file_*\(b)\(n).png"
  case 1: "**/s\(c)/file_\(a)\(b)\(n)*"
  case 2: "*.t\(n)"
  case 3: "**/*.p\(n)g"
  case 4: "t[0-\(a)]/m\(b)\(n)/**"
  case 5: "t\(a)/m?/s\(b)/file_????\(1_000 + n).png"
  case 6: "**/{s1,s2}\(n)/*.{png,jpg}"
  case 7: "?\(n)/*/[!0-9]*"
  case 8: "**/m\(b)/**/file_\(n)?*"
  case 9: "t\(a)/*/s\(b)/*_\(n)*"
  case 10: "**thumb_\(n)**"
  case 11: "{a,b,t\(a)}/m\(b)/*/x\(n)*"
  case 12: "**/图\(n)/*.png"
  case 13: "*/*/*/file_*\(n)?.png"
  default: "t\(a)/m\(b)/s\(c)/*\(n).png"
  }
}

/// Globs as a company has them that keeps its clients' files apart, two for each client and thing kept.
func namedGlob(_ number: Int) -> String {
  let name = name(number / 2)
  return switch number % 10 {
  case 0: "clients/\(name)/**/*.{png,jpg}"
  case 1: "**/\(name)_thumb_*.png"
  case 2: "*/\(name)/drafts/**"
  case 3: "clients/*/\(name)-[0-9]*.pdf"
  case 4: "clients/\(name)/20??/*"
  case 5: "**/*_\(name).jpg"
  case 6: "shared/**/\(name)/*.png"
  case 7: "**/\(name)/**/original_?*"
  case 8: "clients/\(name)/*/[!_]*.png"
  default: "{clients,shared}/\(name)*/thumb_*"
  }
}

func named(_ count: Int) -> Paths {
  var state: UInt64 = 12345
  return Paths(count) { index in
    state = (state &* 1_103_515_245 &+ 12345) & 0x7FFF_FFFF
    let pick = Int(state >> 8)
    let name = name(pick % 6_000)
    return switch pick % 5 {
    case 0: "clients/\(name)/2024/picture_\(index).png"
    case 1: "clients/\(name)/album/\(name)_thumb_\(index).png"
    case 2: "shared/all/\(name)/original_\(index).jpg"
    case 3: "clients/\(name)/drafts/letter.pdf"
    default: "archive/\(index % 100)/scan_\(name).jpg"
    }
  }
}

/// Two syllables and a number, so that names share parts.
private func name(_ number: Int) -> String {
  let syllables = [
    "an", "bel", "cor", "dan", "el", "fin", "gar", "han", "is", "jun", "kal", "lin", "mor", "nor", "ol",
  ]
  return syllables[number % 15] + syllables[number / 15 % 15] + "\(number / 225)"
}

func rules(_ patterns: [String]) -> [Rule] {
  patterns.enumerated().map { index, text in
    do throws(PatternError) {
      return Rule(
        patterns: [try Pattern(text)], effect: .allow(maxAge: Int64(index) + 1), origin: "rules:\(index + 1)")
    } catch {
      fatalError("`\(text)`: \(error.message)")
    }
  }
}

func compiled(_ patterns: [String]) -> Policy {
  do throws(PolicyError) { return try Policy(name: "bench", rules: rules(patterns)) } catch {
    fatalError(error.message)
  }
}
