import FoundationEssentials

/// The fields that files and results have, by the section of `Docs/Formats.md` that lists them.
struct WrittenFields {
  /// The header of a safetensors file.
  private struct Header: Decodable {
    var metadata: [String: String] = [:]
    var tensors: [String] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: JSONFields.Name.self)
      for name in container.allKeys {
        if name.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: name)
        } else {
          tensors.append(name.stringValue)
        }
      }
    }
  }

  /// The fields of each section.
  private(set) var sections: [String: Set<FieldPath>] = [:]

  /// Adds fields with these names.
  mutating func add(_ names: some Sequence<String>, to section: String) {
    sections[section, default: []].formUnion(names.map { FieldPath($0) })
  }

  /// Adds the fields of a JSON text.
  mutating func add(json text: some StringProtocol, to section: String) throws {
    sections[section, default: []].formUnion(try JSONFields(text).paths)
  }

  /// Adds the fields of a value that files contain as JSON.
  mutating func add(encoded value: some Encodable, to section: String) throws {
    let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    try add(json: text, to: section)
  }

  /// Adds the names in the header of a safetensors file.
  ///
  /// - Returns: Its metadata.
  @discardableResult
  mutating func add(
    safetensors bytes: some Collection<UInt8>, metadata metadataSection: String, tensors tensorSection: String
  ) throws -> [String: String] {
    let count = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDecoder().decode(Header.self, from: Data(bytes.dropFirst(8).prefix(count)))
    add(header.metadata.keys, to: metadataSection)
    add(header.tensors, to: tensorSection)
    return header.metadata
  }

  /// Moves the fields of the objects called `name` from a section to the one that describes such objects.
  mutating func move(_ name: String, of section: String, to other: String) {
    let pattern = FieldPath(name)
    for field in sections[section] ?? [] {
      guard let inner = field.inside(pattern) else { continue }
      sections[section]?.remove(field)
      sections[other, default: []].insert(inner)
    }
  }

  /// Moves the fields of an object to a section in which it has the same name.
  mutating func share(_ name: String, of section: String, with other: String) {
    let pattern = FieldPath(name)
    for field in sections[section] ?? [] where field.inside(pattern) != nil {
      sections[section]?.remove(field)
      sections[other, default: []].insert(field)
    }
  }
}
