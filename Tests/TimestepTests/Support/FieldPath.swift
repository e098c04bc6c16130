/// The way to a field in JSON: the names of the fields around it and its own.
///
/// The elements of a list are called `[]`.
struct FieldPath: Hashable, CustomStringConvertible {
  /// The names, from the outside in.
  var parts: [String]

  /// The path as pages write it: `a.b[].c`.
  var description: String {
    parts.reduce("") { text, part in text.isEmpty || part == "[]" ? text + part : "\(text).\(part)" }
  }

  /// Returns true if `pattern` describes this field: a part of it in capital letters stands for any name.
  func matches(_ pattern: FieldPath) -> Bool {
    parts.count == pattern.parts.count && begins(pattern)
  }

  /// Returns true if this is a field that `pattern` describes, or one around it.
  func begins(_ pattern: FieldPath) -> Bool {
    parts.count <= pattern.parts.count
      && zip(parts, pattern.parts).allSatisfy { own, other in
        own == other || own != "[]" && Self.isPlaceholder(other)
      }
  }

  /// Returns the path from the field that `pattern` describes to this one; `nil` if this is not inside of it.
  func inside(_ pattern: FieldPath) -> FieldPath? {
    let count = pattern.parts.count
    guard parts.count > count, FieldPath(parts: Array(parts[..<count])).matches(pattern) else { return nil }
    return FieldPath(parts: Array(parts[count...]))
  }

  private static func isPlaceholder(_ part: String) -> Bool {
    part.utf8.count > 1 && part.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
  }
}

extension FieldPath {
  /// Reads a path as pages write it.
  init(_ text: String) {
    parts = text.split(separator: ".").flatMap { part -> [String] in
      let name = part.prefix { $0 != "[" }
      let lists = Array(repeating: "[]", count: (part.count - name.count) / 2)
      return name.isEmpty ? lists : [String(name)] + lists
    }
  }
}
