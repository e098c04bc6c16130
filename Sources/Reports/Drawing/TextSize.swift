/// About how wide text is, since a file that is only written has no font to ask.
enum TextSize {
  /// The width of `text` in pixels, at `size` pixels; generous, so that nothing is cut off in a wider font.
  static func width(_ text: String, size: Double = 12) -> Double {
    text.unicodeScalars.reduce(0) { $0 + share(of: $1) } * size
  }

  /// The width of a character as a share of the font's size: of common sans-serif fonts the larger ones.
  private static func share(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", ".", ",", ":", ";", "|", "!", " ": 0.32
    case "f", "r", "t", "(", ")", "-", "/", "\\": 0.42
    case "m", "w", "M", "W", "%", "@": 0.95
    case "A"..."Z": 0.72
    // Chinese, Japanese and Korean characters, and pictographs, are as wide as high.
    case "\u{1100}"..."\u{11FF}", "\u{2E80}"..."\u{FFDC}", "\u{1F000}"..."\u{3FFFF}": 1.05
    default: 0.6
    }
  }

  /// `text`, or its beginning and "…" where it is wider than `width` pixels.
  static func clipped(_ text: String, to width: Double, size: Double = 12) -> String {
    guard Self.width(text, size: size) > width else { return text }
    var kept = text
    while !kept.isEmpty, Self.width(kept + "…", size: size) > width { kept.removeLast() }
    return kept + "…"
  }

  /// `names` clipped so that one is still told from the other: in the middle, where beginnings are alike.
  static func clipped(_ names: [String], to width: Double) -> [String] {
    let beginnings = names.map { clipped($0, to: width) }
    let counts = Dictionary(beginnings.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(names, beginnings).map { name, beginning in
      counts[beginning] == 1 ? beginning : clippedInside(name, to: width)
    }
  }

  /// `text`, or its beginning, "…" and its end where it is wider than `width` pixels.
  private static func clippedInside(_ text: String, to width: Double) -> String {
    guard Self.width(text) > width else { return text }
    var (first, last) = (text.prefix(text.count / 2), text.suffix(text.count - text.count / 2))
    while !last.isEmpty, Self.width(first + "…" + last) > width {
      if first.count >= last.count { first.removeLast() } else { last.removeFirst() }
    }
    return first + "…" + last
  }
}
