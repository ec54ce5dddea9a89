// What giving a text another layout changes, line by line.

/// Two texts that differ in their layout only: in blanks, line ends, and `;` and `,` at the ends of lines.
///
/// What is neither is the same in both and in the same order, so that places where as much of it went before are the same place. That
/// takes time in proportion to the texts, where looking for the fewest changes takes the product.
package struct LayoutDifference {
  package struct Change: Equatable, Sendable {
    package var isNew: Bool
    /// From 1, in the old text or in the new one.
    package var line: Int
    package var text: String

    package init(isNew: Bool, line: Int, text: String) {
      self.isNew = isNew
      self.line = line
      self.text = text
    }
  }

  /// The lines that go, each group before those that come in its place.
  package let changes: [Change]

  package init(from old: [UInt8], to new: [UInt8]) {
    let (old, new) = (LayoutDifference.lines(of: old), LayoutDifference.lines(of: new))
    var changes: [Change] = []
    var (oldPlace, newPlace) = (0, 0)
    while oldPlace < old.count || newPlace < new.count {
      let (oldStart, newStart) = (oldPlace, newPlace)
      var (oldWeight, newWeight) = (0, 0)
      // At least a line of each, where there is one, and then of whichever is behind until both are as far.
      if oldPlace < old.count { LayoutDifference.step(old, &oldPlace, &oldWeight) }
      if newPlace < new.count { LayoutDifference.step(new, &newPlace, &newWeight) }
      while oldWeight != newWeight {
        if oldWeight < newWeight, oldPlace < old.count {
          LayoutDifference.step(old, &oldPlace, &oldWeight)
        } else if newWeight < oldWeight, newPlace < new.count {
          LayoutDifference.step(new, &newPlace, &newWeight)
        } else {
          // They differ in more than their layout: all the rest is one change.
          (oldPlace, newPlace) = (old.count, new.count)
          break
        }
      }
      let gone = old[oldStart..<oldPlace]
      let come = new[newStart..<newPlace]
      // A line that stays behind one that goes or comes is not part of the change.
      let kept = zip(gone.reversed(), come.reversed()).prefix { $0.bytes == $1.bytes }.count
      changes += gone.dropLast(kept).enumerated().map {
        Change(isNew: false, line: oldStart + $0 + 1, text: $1.text)
      }
      changes += come.dropLast(kept).enumerated().map {
        Change(isNew: true, line: newStart + $0 + 1, text: $1.text)
      }
    }
    self.changes = changes
  }

  private struct Line {
    var bytes: ArraySlice<UInt8>
    /// How much of it is not layout.
    var weight: Int
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private static func step(_ lines: [Line], _ place: inout Int, _ weight: inout Int) {
    weight += lines[place].weight
    place += 1
  }

  private static func lines(of bytes: [UInt8]) -> [Line] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      Line(bytes: line, weight: line.reduce(0) { $0 + (isLayout($1) ? 0 : 1) })
    }
    // What stands behind the last line end is a line only where there is something.
    if lines.last?.bytes.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func isLayout(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0D, UInt8(ascii: ";"), UInt8(ascii: ","): true
    // The three bytes of a mark that says UTF-8; of other letters they are left out on both sides alike.
    case 0xEF, 0xBB, 0xBF: true
    default: false
    }
  }
}
