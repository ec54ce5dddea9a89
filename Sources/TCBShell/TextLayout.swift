// How text lies on a terminal: the columns it takes and the rows it wraps to, as libedit draws it.

package struct TextLayout: Sendable {
  package struct Place: Sendable, Equatable {
    package var row: Int
    package var column: Int
  }

  package let columns: Int
  private let widthOfPrintable: @Sendable (Unicode.Scalar) -> Int

  /// `width` tells the columns of a printable scalar. It is given because whoever draws decides:
  /// libedit asks the C library, whose answer depends on the locale in force.
  package init(columns: Int, width: @escaping @Sendable (Unicode.Scalar) -> Int) {
    self.columns = max(1, columns)
    widthOfPrintable = width
  }

  /// Where the cursor stands after `text`, begun at the left edge.
  package func place(after text: String) -> Place {
    var place = Place(row: 0, column: 0)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": place = Place(row: place.row + 1, column: 0)
      case "\t": repeat { advance(&place, by: 1) } while place.column % 8 != 0
      default: advance(&place, by: width(of: scalar))
      }
    }
    return place
  }

  private func advance(_ place: inout Place, by width: Int) {
    // A wide character that does not fit is moved to the next row as a whole.
    if place.column + width > columns { place = Place(row: place.row + 1, column: 0) }
    place.column += width
    if place.column >= columns { place = Place(row: place.row + 1, column: 0) }
  }

  /// Columns of a scalar; control characters are drawn as `^X`.
  package func width(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x20 || scalar.value == 0x7F { return 2 }
    return max(0, widthOfPrintable(scalar))
  }

  package func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }

  /// The longest beginning of `text` that fits into so many columns.
  package func clipped(_ text: String, to columns: Int) -> String {
    var taken = 0
    var clipped = ""
    for character in text {
      taken += width(of: String(character))
      if taken > columns { break }
      clipped.append(character)
    }
    return clipped
  }
}
