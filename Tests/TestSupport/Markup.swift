/// Parsed XML: tests examine it, and parsing proves that it is well-formed.
///
/// A reader for the XML that this project writes: elements, attributes in double quotes, text, the five
/// entities, and numbers of characters. No comments, no CDATA, no processing instructions; a doctype may come
/// first.
public struct Markup: Sendable {
  /// The element's name.
  public var name: String
  /// The attributes' values by name.
  public var attributes: [String: String] = [:]
  /// The text in it, without that of its children.
  public var text = ""
  /// The elements in it.
  public var children: [Markup] = []

  /// A markup error, with its location.
  public struct Fault: Error, CustomStringConvertible {
    /// The problem, with some of the text.
    public var description: String
  }

  /// Reads a document.
  ///
  /// - Throws: `Fault` when it is not well-formed, or has an id twice.
  public init(_ document: String) throws {
    var reader = Reader(scalars: Array(document.unicodeScalars))
    try reader.skipDoctype()
    self = try reader.element()
    reader.skipBlanks()
    guard reader.isAtEnd else { throw reader.fault("something behind the root element") }
    let ids = all.compactMap { $0.attributes["id"] }
    guard Set(ids).count == ids.count else { throw Fault(description: "an id twice: \(ids)") }
  }

  fileprivate init(name: String) { self.name = name }

  /// The element and all elements in it, at any depth, in the order of the document.
  public var all: [Markup] { [self] + children.flatMap(\.all) }

  /// All elements of a name, at any depth.
  public func all(_ name: String) -> [Markup] { all.filter { $0.name == name } }

  /// All elements that have a class, at any depth.
  public func ofClass(_ name: String) -> [Markup] {
    all.filter { $0.attributes["class"]?.split(separator: " ").contains(Substring(name)) == true }
  }

  /// An attribute as a number.
  public func number(_ name: String) -> Double { attributes[name].flatMap { Double($0) } ?? .nan }
}

private struct Reader {
  let scalars: [Unicode.Scalar]
  var location = 0

  var isAtEnd: Bool { location >= scalars.count }

  func fault(_ what: String) -> Markup.Fault {
    let near = String(
      String.UnicodeScalarView(scalars[max(0, location - 40)..<min(scalars.count, location + 40)]))
    return Markup.Fault(description: "\(what) at \(location): \(near)")
  }

  mutating func skipDoctype() throws {
    skipBlanks()
    if starts("<!DOCTYPE ") {
      while !isAtEnd, scalars[location] != ">" { location += 1 }
      location += 1
    }
    skipBlanks()
  }

  mutating func skipBlanks() {
    while !isAtEnd, " \n\t".unicodeScalars.contains(scalars[location]) { location += 1 }
  }

  func starts(_ text: String) -> Bool { scalars[location...].starts(with: text.unicodeScalars) }

  mutating func take(_ text: String) throws {
    guard starts(text) else { throw fault("expected \(text)") }
    location += text.unicodeScalars.count
  }

  mutating func name() throws -> String {
    let start = location
    while !isAtEnd,
      scalars[location].properties.isAlphabetic || "-:0123456789".unicodeScalars.contains(scalars[location])
    {
      location += 1
    }
    guard location > start else { throw fault("expected a name") }
    return String(String.UnicodeScalarView(scalars[start..<location]))
  }

  mutating func element() throws -> Markup {
    try take("<")
    var element = Markup(name: try name())
    while true {
      let before = location
      skipBlanks()
      if starts("/>") {
        try take("/>")
        return element
      }
      if starts(">") { break }
      guard location > before else { throw fault("expected a blank") }
      let attribute = try name()
      try take("=\"")
      guard element.attributes.updateValue(try characters(until: "\""), forKey: attribute) == nil else {
        throw fault("\(attribute) twice")
      }
      try take("\"")
    }
    try take(">")
    while !starts("</") {
      if starts("<") {
        element.children.append(try self.element())
      } else {
        element.text += try characters(until: "<")
      }
    }
    try take("</\(element.name)>")
    return element
  }

  /// Characters up to a mark, with references resolved.
  mutating func characters(until mark: Unicode.Scalar) throws -> String {
    var result = String.UnicodeScalarView()
    while !isAtEnd, scalars[location] != mark {
      let scalar = scalars[location]
      switch scalar {
      case "&": result.append(try reference())
      case "<" where mark == "\"", ">" where mark == "\"": throw fault("\(scalar) in an attribute")
      case "\n", "\t": advance(scalar, &result)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}":
        throw fault("a character that XML forbids")
      default: advance(scalar, &result)
      }
    }
    guard !isAtEnd else { throw fault("expected \(mark)") }
    return String(result)
  }

  private mutating func advance(_ scalar: Unicode.Scalar, _ result: inout String.UnicodeScalarView) {
    result.append(scalar)
    location += 1
  }

  private mutating func reference() throws -> Unicode.Scalar {
    let known: [(String, Unicode.Scalar)] = [
      ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#13;", "\r"),
    ]
    guard let (text, scalar) = known.first(where: { starts($0.0) }) else {
      throw fault("an unknown reference")
    }
    location += text.unicodeScalars.count
    return scalar
  }
}
