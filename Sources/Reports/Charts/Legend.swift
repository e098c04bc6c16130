/// The legend of a chart: samples and names of lines or kinds of cells, in rows from left to right.
struct Legend {
  /// A sample and its name.
  struct Entry {
    /// The sample, drawn into 26 by 12 pixels at (0, 0).
    var sample: [Element]
    /// The name of the entry.
    var name: String
  }

  /// The drawing.
  let elements: [Element]
  /// The height of the rows in pixels.
  let height: Double

  private static let rowHeight = 20.0
  private static let sampleWidth = 26.0

  /// Lays out entries starting at (`left`, `top`), in rows of `width` pixels.
  init(_ entries: [Entry], left: Double, top: Double, width: Double) {
    var elements: [Element] = []
    var (x, y) = (0.0, 0.0)
    // A name may not be wider than a third of the row, so that several fit.
    let names = TextSize.clipped(entries.map(\.name), to: max(120, width / 3))
    for (entry, name) in zip(entries, names) {
      let needed = Self.sampleWidth + 6 + TextSize.width(name)
      if x > 0, x + needed > width { (x, y) = (0, y + Self.rowHeight) }
      let text = Element("text", ["class": "ink", "x": Self.sampleWidth + 6, "y": 10], text: name)
      // The full name is shown as a tooltip.
      let whole = name == entry.name ? [] : [Element("title", text: entry.name)]
      elements.append(
        Element(
          "g", ["transform": "translate(\((left + x).attributeText) \((top + y).attributeText))"],
          whole + entry.sample + [text]))
      x += needed + 18
    }
    self.elements = elements
    height = entries.isEmpty ? 0 : y + Self.rowHeight
  }
}
