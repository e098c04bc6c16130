/// The colors of all pictures and pages, for light or dark mode.
///
/// The hues are those of Okabe and Ito (*Color Universal Design*, 2008), which color-blind people can
/// distinguish, darkened or lightened until each has a contrast of 3 to the surface. No information is in the
/// hue alone: lines also differ by dashes, and matrix cells contain their numbers.
///
/// A hue has one meaning on all pages: blue is training data, purple test data, green validation data, gold a
/// forecast, and orange a wrong prediction. What is right, true or present is gray.
struct Scheme: Sendable {
  /// The background.
  let surface: Color
  /// Text.
  let ink: Color
  /// Less important text: axes, notes.
  let muted: Color
  /// Grid lines behind the data.
  let grid: Color
  /// The lines of a chart: those with a meaning (`meanings`), then those without one, in order.
  let lines: [Color]
  /// The full color of correct predictions.
  let hit: Color
  /// The full color of incorrect predictions.
  let miss: Color
  /// Steps that are present.
  let present: Color

  static let light = Scheme(
    surface: Color(0xFFFFFF), ink: Color(0x1B1F24), muted: Color(0x57606A), grid: Color(0xDFE3E8),
    lines: [
      0x0072B2, 0xA8508A, 0x007F5C, 0x8F6B00, 0x3D444D,  // with a meaning
      0x4F6228, 0x00707A, 0x5E4FA2, 0x7B4B2A, 0x6B6B6B,
    ].map { Color($0) },
    hit: Color(0x3D444D), miss: Color(0xA63603), present: Color(0xB4BCC6))

  static let dark = Scheme(
    surface: Color(0x16191D), ink: Color(0xE6E8EB), muted: Color(0x9BA3AD), grid: Color(0x343A42),
    lines: [
      0x56B4E9, 0xDF94C0, 0x2FC79A, 0xE0B83C, 0xC9D1D9,  // with a meaning
      0xA9C46C, 0x5CC8D2, 0xA79BE8, 0xC99A76, 0xB0B0B0,
    ].map { Color($0) },
    hit: Color(0xC9D1D9), miss: Color(0xF5A15F), present: Color(0x5B6570))

  /// The words in the names of lines that have a color of their own, in the order of the colors.
  private static let meanings = [
    ["training"], ["test", "held-out"], ["validation"], ["forecast"], ["truth"],
  ]

  /// Returns the indices of the colors of lines with these names.
  ///
  /// If there are more lines without a meaning than colors for them, colors repeat.
  static func colors(ofLines names: [String]) -> [Int] {
    var others = 0
    return names.map { name in
      if let index = meanings.firstIndex(where: { $0.contains { name.contains($0) } }) { return index }
      defer { others += 1 }
      return meanings.count + others % (light.lines.count - meanings.count)
    }
  }

  /// The number of levels between no color and the full color.
  static let levels = 10

  /// Returns the color of a matrix cell whose share is `level` of `levels`.
  func cell(_ full: Color, _ level: Int) -> Color {
    surface.mixed(with: full, Double(level) / Double(Self.levels))
  }

  /// The style rules for the classes used in drawings.
  ///
  /// Plain rules, one color each, so that viewers without CSS variables can draw them.
  var rules: [String] {
    var rules = [
      ".surface{fill:\(surface.code)}", ".ink{fill:\(ink.code)}", ".muted{fill:\(muted.code)}",
      ".grid{stroke:\(grid.code)}", ".axis{stroke:\(muted.code)}", ".frame{stroke:\(ink.code)}",
      ".present{fill:\(present.code)}", ".absent{fill:\(grid.code)}", ".labelled{fill:\(ink.code)}",
    ]
    for (index, color) in lines.enumerated() {
      rules.append(".line\(index){stroke:\(color.code)}")
      rules.append(".dot\(index){fill:\(color.code)}")
    }
    for (name, full) in [("hit", hit), ("miss", miss)] {
      for level in 0...Self.levels {
        let color = cell(full, level)
        rules.append(".\(name)\(level){fill:\(color.code)}")
        rules.append(".on-\(name)\(level){fill:\(color.legibleText.code)}")
      }
    }
    return rules
  }

  /// The style sheet of drawings: light, or dark if the reader's screen is.
  static let styleSheet = """
    text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:12px}
    .title{font-size:15px;font-weight:600}
    .small{font-size:10px}
    .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .hidden{fill-opacity:0}
    .dash1{stroke-dasharray:7 4}
    .dash2{stroke-dasharray:2 4}
    .grid,.axis{stroke-width:1}
    .frame{fill:none;stroke-width:1.5}
    .end{text-anchor:end}
    .middle{text-anchor:middle}
    \(light.rules.joined(separator: "\n"))
    @media (prefers-color-scheme:dark){
    \(dark.rules.joined(separator: "\n"))
    }
    """
}
