/// What each line, or each kind of cell, stands for: samples and names in rows from left to right.
struct Legend {
  /// A sample and its name.
  struct Entry {
    /// The sample, drawn into 26 by 12 pixels from (0, 0) on.
    var sample: [Element]
    /// What it stands for.
    var name: String
  }

  /// The drawing.
  let elements: [Element]
  /// The height of the rows in pixels.
  let height: Double

  private static let rowHeight = 20.0
  private static let sampleWidth = 26.0

  /// Lays out entries from (`left`, `top`) on, in rows of `width` pixels.
  init(_ entries: [Entry], left: Double, top: Double, width: Double) {
    var elements: [Element] = []
    var (x, y) = (0.0, 0.0)
    // A name alone may not be wider than a third of the row, so that several fit into it.
    let names = TextSize.clipped(entries.map(\.name), to: max(120, width / 3))
    for (entry, name) in zip(entries, names) {
      let needed = Self.sampleWidth + 6 + TextSize.width(name)
      if x > 0, x + needed > width { (x, y) = (0, y + Self.rowHeight) }
      let text = Element("text", ["class": "ink", "x": Self.sampleWidth + 6, "y": 10], text: name)
      // The whole name shows under the pointer.
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
