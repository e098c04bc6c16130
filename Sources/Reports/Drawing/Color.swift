import Glibc

/// An sRGB color.
struct Color: Sendable, Hashable {
  /// Red, green and blue, 0...255.
  let red, green, blue: UInt8

  /// Makes a color from 0xRRGGBB.
  init(_ code: UInt32) {
    red = UInt8(truncatingIfNeeded: code >> 16)
    green = UInt8(truncatingIfNeeded: code >> 8)
    blue = UInt8(truncatingIfNeeded: code)
  }

  /// The color in CSS and SVG syntax, `#0072b2`.
  var code: String {
    func two(_ value: UInt8) -> String { (value < 16 ? "0" : "") + String(value, radix: 16) }
    return "#" + two(red) + two(green) + two(blue)
  }

  /// Returns the color that is `share` of the way to another one.
  func mixed(with other: Color, _ share: Double) -> Color {
    func mix(_ from: UInt8, _ to: UInt8) -> UInt32 {
      UInt32((Double(from) + (Double(to) - Double(from)) * share).rounded())
    }
    return Color(mix(red, other.red) << 16 | mix(green, other.green) << 8 | mix(blue, other.blue))
  }

  /// The relative luminance, 0...1, as in WCAG 2.2.
  var luminance: Double {
    func linear(_ value: UInt8) -> Double {
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Returns the contrast to another color, 1...21, as in WCAG 2.2: text requires 4.5, lines and large text
  /// 3.
  func contrast(to other: Color) -> Double {
    let (one, two) = (luminance, other.luminance)
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }

  /// Black or white, whichever is more legible on this color; one of them always has a contrast of at least
  /// 4.58.
  var legibleText: Color {
    let (black, white) = (Color(0x000000), Color(0xFFFFFF))
    return contrast(to: black) >= contrast(to: white) ? black : white
  }
}
