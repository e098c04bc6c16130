/// Estimates the width of text, because the file writer has no access to a font.
enum TextSize {
  /// Returns the width of `text` in pixels, at `size` pixels; generous, so that wider fonts are not cut off.
  static func width(_ text: String, size: Double = 12) -> Double {
    text.unicodeScalars.reduce(0) { $0 + share(of: $1) } * size
  }

  /// Returns the width of a character relative to the font size: the largest of common sans-serif fonts.
  private static func share(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", ".", ",", ":", ";", "|", "!", " ": 0.32
    case "f", "r", "t", "(", ")", "-", "/", "\\": 0.42
    case "m", "w", "M", "W", "%", "@": 0.95
    case "A"..."Z": 0.72
    // Chinese, Japanese and Korean characters, and pictographs, are as wide as they are high.
    case "\u{1100}"..."\u{11FF}", "\u{2E80}"..."\u{FFDC}", "\u{1F000}"..."\u{3FFFF}": 1.05
    default: 0.6
    }
  }

  /// Returns `text`, or its beginning and "…" if it is wider than `width` pixels.
  static func clipped(_ text: String, to width: Double, size: Double = 12) -> String {
    guard Self.width(text, size: size) > width else { return text }
    var kept = text
    while !kept.isEmpty, Self.width(kept + "…", size: size) > width { kept.removeLast() }
    return kept + "…"
  }

  /// The distance between the lines of a title, and the room that a title of one line takes, in pixels.
  static let titleHeight = 20.0

  /// Returns the lines of a title, which is never cut: it breaks between words, or inside one that is too long.
  static func lines(of text: String, width: Double, size: Double) -> [String] {
    var lines = [""]
    for word in text.split(whereSeparator: \.isWhitespace).map(String.init) {
      let last = lines[lines.count - 1]
      let longer = last.isEmpty ? word : "\(last) \(word)"
      if Self.width(longer, size: size) <= width {
        lines[lines.count - 1] = longer
        continue
      }
      if !last.isEmpty { lines.append("") }
      for character in word {
        let longer = lines[lines.count - 1] + String(character)
        if Self.width(longer, size: size) > width, !lines[lines.count - 1].isEmpty { lines.append("") }
        lines[lines.count - 1].append(character)
      }
    }
    return lines
  }

  /// Returns the elements of a title at the top of a drawing.
  static func title(_ lines: [String]) -> [Element] {
    lines.enumerated().map { index, line in
      Element("text", ["class": "ink title", "x": 16, "y": 24 + titleHeight * Double(index)], text: line)
    }
  }

  /// Returns `names` clipped so that they stay distinct: in the middle if their beginnings are the same.
  static func clipped(_ names: [String], to width: Double) -> [String] {
    let beginnings = names.map { clipped($0, to: width) }
    let counts = Dictionary(beginnings.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(names, beginnings).map { name, beginning in
      counts[beginning] == 1 ? beginning : clippedInside(name, to: width)
    }
  }

  /// Returns `text`, or its beginning, "…" and its end if it is wider than `width` pixels.
  private static func clippedInside(_ text: String, to width: Double) -> String {
    guard Self.width(text) > width else { return text }
    var (first, last) = (text.prefix(text.count / 2), text.suffix(text.count - text.count / 2))
    while !last.isEmpty, Self.width(first + "…" + last) > width {
      if first.count >= last.count { first.removeLast() } else { last.removeFirst() }
    }
    return first + "…" + last
  }
}
