import FoundationEssentials

/// The paths of all fields in a JSON value.
struct JSONFields: Decodable {
  /// The name of any field.
  struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  /// The paths, without those of lists' elements themselves.
  private(set) var paths: Set<FieldPath> = []

  /// Finds the fields of a JSON text.
  init(_ text: some StringProtocol) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
  }

  /// Finds the fields of a value of any kind.
  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Name.self) {
      for name in object.allKeys {
        paths.insert(FieldPath(parts: [name.stringValue]))
        if try object.decodeNil(forKey: name) { continue }
        add(try object.decode(JSONFields.self, forKey: name), in: name.stringValue)
      }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd {
        if try list.decodeNil() { continue }
        add(try list.decode(JSONFields.self), in: "[]")
      }
    }
  }

  private mutating func add(_ inner: JSONFields, in part: String) {
    for path in inner.paths { paths.insert(FieldPath(parts: [part] + path.parts)) }
  }
}
