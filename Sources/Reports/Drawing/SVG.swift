import Platform

/// A drawing: an SVG file of its own, or a part of a page.
///
/// It needs nothing from anywhere, follows the reader's light or dark screen, and says what it shows in words, for those
/// who do not see it.
public struct SVG: Sendable, Hashable {
  /// The size in pixels; where there is less room it shrinks.
  public let width, height: Double
  /// What it shows, in a few words.
  public let title: String
  /// What is to be seen, in words.
  public let description: String
  /// What is drawn, from back to front.
  public let content: [Element]

  /// Makes a drawing.
  ///
  /// - Parameters:
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  ///   - title: What it shows, in a few words.
  ///   - description: What is to be seen, in words.
  ///   - content: What is drawn, from back to front.
  public init(width: Double, height: Double, title: String, description: String, _ content: [Element]) {
    (self.width, self.height) = (width, height)
    (self.title, self.description) = (title, description)
    self.content = content
  }

  /// The text of an SVG file.
  public var text: String {
    var root = element(id: "picture")
    root.attributes.insert(.init(name: "xmlns", value: "http://www.w3.org/2000/svg"), at: 0)
    // Its own background: a viewer's may be of any color.
    let own = [
      Element("style", text: "\n\(Scheme.styleSheet)\n"),
      Element("rect", ["class": "surface", "fill": "#ffffff", "width": width, "height": height]),
    ]
    root.children.insert(contentsOf: own, at: 2)
    return root.markup + "\n"
  }

  /// The drawing as an element of a page, which has the style sheet.
  ///
  /// - Parameter id: What tells its title and description from others of the page.
  public func element(id: String) -> Element {
    let words = [
      Element("title", ["id": "\(id)-title"], text: title),
      Element("desc", ["id": "\(id)-description"], text: description),
    ]
    return Element(
      "svg",
      [
        "viewBox": "0 0 \(width.attributeText) \(height.attributeText)", "width": width, "height": height,
        "role": "img", "aria-labelledby": "\(id)-title \(id)-description",
      ], words + content)
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    let writer = try FileWriter(path)
    try writer.write(text)
    try writer.commit()
  }
}

/// Something that can be drawn: a chart, a matrix, the masks of a batch.
public protocol Picture: Sendable {
  /// The drawing.
  var svg: SVG { get }
}

extension Picture {
  /// Writes the drawing as an SVG file, whole or not at all.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws { try svg.write(to: path) }
}
