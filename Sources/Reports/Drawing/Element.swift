/// An SVG or HTML element with its contents, which is always well-formed.
///
/// ```swift
/// Element("text", ["x": 4, "y": 12.5], text: "a < b").markup   // <text x="4" y="12.5">a &lt; b</text>
/// ```
/// Names are trusted; values and texts are escaped, whatever they contain.
package struct Element: Sendable, Hashable {
  /// The element's name.
  package var name: String
  /// The attributes, in order.
  package var attributes: [Attribute]
  /// The text before the children.
  package var text: String
  /// The child elements.
  package var children: [Element]

  /// An attribute name and its value, not yet escaped.
  package struct Attribute: Sendable, Hashable {
    /// The name.
    package var name: String
    /// The value.
    package var value: String
  }

  /// Makes an element.
  ///
  /// - Parameters:
  ///   - name: The element's name.
  ///   - attributes: Texts, integers, or coordinates, which are rounded to hundredths.
  ///   - text: The text before the children.
  ///   - children: The child elements.
  package init(
    _ name: String, _ attributes: KeyValuePairs<String, any AttributeValue> = [:], text: String = "",
    _ children: [Element] = []
  ) {
    self.name = name
    self.attributes = attributes.map { Attribute(name: $0.key, value: $0.value.attributeText) }
    self.text = text
    self.children = children
  }

  /// Makes an element that contains only elements.
  package init(_ name: String, _ children: [Element]) {
    (self.name, self.attributes) = (name, [])
    (self.text, self.children) = ("", children)
  }

  /// The element as SVG and HTML text.
  package var markup: String {
    var result = ""
    write(to: &result)
    return result
  }

  /// The elements that are written without an end tag.
  ///
  /// All others have one: HTML would parse `<td/>` as a start tag.
  private static let ended: Set<String> = ["rect", "line", "circle", "path", "meta", "br"]

  func write(to result: inout String) {
    result += "<\(name)"
    for attribute in attributes { result += " \(attribute.name)=\"\(escapedMarkup(attribute.value))\"" }
    if text.isEmpty && children.isEmpty && Self.ended.contains(name) {
      result += "/>"
      return
    }
    result += ">"
    result += escapedMarkup(text)
    for child in children {
      // White space inside text would be visible.
      if text.isEmpty { result += "\n" }
      child.write(to: &result)
    }
    if text.isEmpty && !children.isEmpty { result += "\n" }
    result += "</\(name)>"
  }
}

/// A type that can be an attribute value: text, an integer, a coordinate.
package protocol AttributeValue {
  /// The value as text, before escaping.
  var attributeText: String { get }
}

extension String: AttributeValue {
  /// The text itself.
  package var attributeText: String { self }
}

extension Int: AttributeValue {
  /// The number as text.
  package var attributeText: String { "\(self)" }
}

extension Double: AttributeValue {
  /// The number rounded to hundredths, finer than any screen can show, without trailing zeros.
  package var attributeText: String {
    precondition(isFinite, "a coordinate that is \(self)")
    let hundredths = (self * 100).rounded()
    guard hundredths.magnitude < 1e15 else { return "\(self)" }
    let whole = Int(hundredths)
    let (units, rest) = (whole.magnitude / 100, whole.magnitude % 100)
    let sign = whole < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(units)" }
    return "\(sign)\(units)." + (rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")
  }
}

/// Returns `text` escaped for SVG and HTML content and attributes.
///
/// Characters that XML 1.0 forbids (control characters, unpaired surrogates, U+FFFE and U+FFFF) become
/// U+FFFD, so no class name can corrupt a file. A carriage return is written as a reference: a parser would
/// turn it into a line feed.
func escapedMarkup(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { replacement(of: $0) != nil }) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if let other = replacement(of: scalar) { result += other } else { result.unicodeScalars.append(scalar) }
  }
  return result
}

private func replacement(of scalar: Unicode.Scalar) -> String? {
  switch scalar {
  case "&": "&amp;"
  case "<": "&lt;"
  case ">": "&gt;"
  case "\"": "&quot;"
  case "'": "&#39;"
  case "\r": "&#13;"
  case "\t", "\n": nil
  case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
  // These change the direction of the text after them, including the page's own.
  case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": "\u{FFFD}"
  default: nil
  }
}
