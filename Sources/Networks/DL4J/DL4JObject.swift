import Platform

/// An object of the JSON text that describes a network, whose fields are taken one by one.
///
/// What is left at the end is not read, so that it must not mean anything: nothing is read by half.
struct DL4JObject {
  /// The name of its class, without the package; empty if it has none.
  let name: String
  /// Where it is in the text, such as `confs[0].layer`.
  let place: String
  private var fields: [String: DL4JValue]

  /// Reads an object that may name its class: `{"@class": "org....LSTM", ...}`, or `{"LSTM": {...}}` in version 0.9.1.
  ///
  /// - Parameter isNamed: True if it names its class.
  init(_ value: DL4JValue?, _ place: String, isNamed: Bool = true) throws(Fault) {
    guard case .object(var fields)? = value else {
      throw .damage(place, expected: "an object", found: value?.description ?? "nothing")
    }
    var name = ""
    if isNamed {
      if case .text(let full)? = fields.removeValue(forKey: "@class") {
        name = Self.shortName(full)
      } else if fields.count == 1, let (key, inner) = fields.first {
        name = key
        if case .object(let own) = inner { fields = own } else { fields = [:] }
      } else {
        throw .damage(place, expected: "an object with the name of its class", found: "one without")
      }
    }
    (self.name, self.place, self.fields) = (name, place, fields)
  }

  /// Returns the name of a Java class without its package.
  static func shortName(_ name: String) -> String {
    String(name[(name.lastIndex { $0 == "." || $0 == "$" }.map(name.index(after:)) ?? name.startIndex)...])
  }

  /// Takes a field; `nil` if it is missing, or says nothing.
  mutating func take(_ key: String) -> DL4JValue? {
    fields.removeValue(forKey: key).flatMap { $0.isNeutral ? nil : $0 }
  }

  /// Leaves out fields, whatever they say.
  mutating func ignore(_ keys: [String]) { for key in keys { fields[key] = nil } }

  /// Takes a number; `nil` if it is missing.
  mutating func number(_ key: String) throws(Fault) -> Double? {
    guard let value = take(key) else { return nil }
    guard let number = value.asNumber else { throw damage(key, "a number", value) }
    return number
  }

  /// Takes a number as the nearest of single precision; `nil` if it is missing.
  mutating func float(_ key: String) throws(Fault) -> Float? {
    guard let value = try number(key) else { return nil }
    guard Float(value).isFinite else { throw damage(key, "a number of single precision", .number(value)) }
    return Float(value)
  }

  /// Takes a whole number in a range.
  mutating func integer(_ key: String, in range: ClosedRange<Int>, default standard: Int? = nil) throws(Fault)
    -> Int
  {
    guard let value = take(key) else {
      if let standard { return standard }
      throw damage(key, "a whole number", .null)
    }
    guard let number = value.asNumber, let integer = Int(exactly: number), range.contains(integer) else {
      throw damage(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
    }
    return integer
  }

  /// Takes two whole numbers: a height and a width.
  mutating func extent(_ key: String, in range: ClosedRange<Int>, default standard: Extent) throws(Fault)
    -> Extent
  {
    guard let value = take(key) else { return standard }
    guard case .list(let values) = value, values.count == 2,
      let height = values[0].asNumber.flatMap(Int.init(exactly:)), range.contains(height),
      let width = values[1].asNumber.flatMap(Int.init(exactly:)), range.contains(width)
    else { throw damage(key, "two whole numbers from \(range.lowerBound) to \(range.upperBound)", value) }
    return Extent(height, width)
  }

  /// Takes a text; `nil` if it is missing.
  mutating func text(_ key: String) throws(Fault) -> String? {
    guard let value = take(key) else { return nil }
    guard case .text(let text) = value else { throw damage(key, "a text", value) }
    return text
  }

  /// Takes an object that names its class.
  mutating func object(_ key: String) throws(Fault) -> DL4JObject {
    try DL4JObject(take(key), "\(place).\(key)")
  }

  /// Takes fields that Timestep has one value of: others are refused.
  mutating func require(_ key: String, _ values: [String]) throws(Fault) {
    guard let found = take(key) else { return }
    let text: String
    if case .text(let own) = found { text = own } else { text = found.description }
    guard values.contains(text) else {
      throw .unsupported("\(place).\(key)", expected: alternatives(values), found: found.description)
    }
  }

  /// Checks that no field is left that says something.
  func checkAllTaken() throws(Fault) {
    guard let key = fields.keys.sorted().first(where: { fields[$0]?.isNeutral == false }),
      let value = fields[key]
    else { return }
    throw .unsupported(
      "\(place).\(key)", expected: "nothing that Timestep has no counterpart of", found: value.description)
  }

  private func damage(_ key: String, _ expected: String, _ found: DL4JValue) -> Fault {
    .damage("\(place).\(key)", expected: expected, found: found.description)
  }

  private func alternatives(_ values: [String]) -> String {
    values.count < 2
      ? values.joined() : values.dropLast().joined(separator: ", ") + " or " + (values.last ?? "")
  }
}
