import Platform

/// A drawing: a standalone SVG file, or a part of a page.
///
/// It has no external dependencies, follows the reader's light or dark mode, and has a text description for
/// readers who cannot see it.
public struct SVG: Sendable, Hashable {
  /// The size in pixels; it shrinks if there is less room.
  public let width, height: Double
  /// The title, in a few words.
  public let title: String
  /// The text description.
  public let description: String
  /// The elements, from back to front.
  package let content: [Element]

  /// Makes a drawing.
  ///
  /// - Parameters:
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  ///   - title: The title, in a few words.
  ///   - description: The text description.
  ///   - content: The elements, from back to front.
  package init(width: Double, height: Double, title: String, description: String, _ content: [Element]) {
    (self.width, self.height) = (width, height)
    (self.title, self.description) = (title, description)
    self.content = content
  }

  /// The text of a standalone SVG file.
  public var text: String {
    var root = element(id: "picture")
    root.attributes.insert(.init(name: "xmlns", value: "http://www.w3.org/2000/svg"), at: 0)
    // It has its own background, because a viewer's may have any color.
    let own = [
      Element("style", text: "\n\(Scheme.styleSheet)\n"),
      Element("rect", ["class": "surface", "fill": "#ffffff", "width": width, "height": height]),
    ]
    root.children.insert(contentsOf: own, at: 2)
    return root.markup + "\n"
  }

  /// Returns the drawing as an element of a page that contains the style sheet.
  ///
  /// - Parameter id: The identifier of its title and description, unique within the page.
  package func element(id: String) -> Element {
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

  /// Writes the file atomically.
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
  /// Writes the drawing as an SVG file atomically.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws { try svg.write(to: path) }
}
