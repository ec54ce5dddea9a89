// A record as a program sees it.

/// Fields with names, in the order in which they were added. No name stands twice.
public struct ScriptRecord: Sendable, Hashable {
  /// The names of the fields, in order.
  public private(set) var names: [String] = []
  private var values: [ScriptValue] = []
  /// Where each name is, in records too large to look through.
  private var places: [String: Int] = [:]

  private static let mostUnindexed = 8

  /// A record without fields.
  public init() {}

  /// A record of these fields; of two of one name the later stays, in the place of the first.
  public init(_ fields: some Sequence<(String, ScriptValue)>) {
    for (name, value) in fields { self[name] = value }
  }

  /// The value of a field, or nil where there is none. Setting adds the field at the end or replaces its value; setting nil
  /// takes it away.
  public subscript(name: String) -> ScriptValue? {
    get { place(of: name).map { values[$0] } }
    set {
      guard let newValue else { return remove(name) }
      if let place = place(of: name) {
        values[place] = newValue
        return
      }
      names.append(name)
      values.append(newValue)
      if names.count == Self.mostUnindexed + 1 {
        index()
      } else if !places.isEmpty {
        places[name] = names.count - 1
      }
    }
  }

  private mutating func remove(_ name: String) {
    guard let place = place(of: name) else { return }
    names.remove(at: place)
    values.remove(at: place)
    index()
  }

  private mutating func index() {
    places = [:]
    guard names.count > Self.mostUnindexed else { return }
    for (place, name) in names.enumerated() { places[name] = place }
  }

  private func place(of name: String) -> Int? {
    places.isEmpty ? names.firstIndex(of: name) : places[name]
  }

  /// Whether both have the same fields with equal values in the same order.
  public static func == (left: ScriptRecord, right: ScriptRecord) -> Bool {
    left.names == right.names && left.values == right.values
  }

  /// Feeds the names and values to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(names)
    hasher.combine(values)
  }
}

extension ScriptRecord: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }
  /// How many fields there are.
  public var endIndex: Int { names.count }
  /// The field at a place from 0 up to ``endIndex``, which it must be below.
  public subscript(position: Int) -> (name: String, value: ScriptValue) {
    (names[position], values[position])
  }
}

extension ScriptRecord: ExpressibleByDictionaryLiteral {
  /// A record of these fields; of two of one name the later stays.
  public init(dictionaryLiteral elements: (String, ScriptValue)...) { self.init(elements) }
}

extension ScriptRecord: CustomStringConvertible {
  /// As `print` shows it in a script.
  public var description: String { ScriptValue.record(self).description }
}
