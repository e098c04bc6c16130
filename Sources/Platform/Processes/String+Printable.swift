// Text from files reaches people through these functions only: names of columns, files and classes can hold
// any bytes, and a terminal obeys some of them.

extension String {
  /// The text for a terminal: invisible characters are written out, as `escapedText` does; line feeds and
  /// tabs stay.
  package var printable: String { replacingInvisible(by: \.writtenOut) }

  /// JSON text for a terminal: invisible characters, which JSON has only in strings, become escapes of JSON.
  package var printableJSON: String {
    replacingInvisible { scalar in
      String(scalar).utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
    }
  }

  private func replacingInvisible(by escape: (Unicode.Scalar) -> String) -> String {
    // In most text, no character has to be looked at closely.
    guard utf8.contains(where: { $0 >= 0x7F || $0 < 0x20 && $0 != 0x0A && $0 != 0x09 }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "\n" || scalar == "\t" || scalar.isVisible {
        text.unicodeScalars.append(scalar)
      } else {
        text += escape(scalar)
      }
    }
  }
}

/// Returns offending bytes in the form used in messages, then cut at 40 characters.
///
/// Control characters of ASCII and bytes that are not UTF-8 are written as `\xNN`, other invisible or
/// directional characters (Unicode categories Cc and Cf) and unusual blanks as `\u{...}`. A backslash before
/// one of these is doubled.
public func escapedText(_ bytes: some Sequence<UInt8>, limit: Int? = 40) -> String {
  func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
  }
  let bytes = Array(bytes)
  var text = ""
  var length = 0
  var index = 0
  while index < bytes.count {
    var piece = hex(bytes[index])
    var width = 1
    if bytes[index] >= 0x20 && bytes[index] < 0x7F {
      piece = String(UnicodeScalar(bytes[index]))
    } else if bytes[index] >= 0xC2 {
      width = bytes[index] < 0xE0 ? 2 : bytes[index] < 0xF0 ? 3 : 4
      let end = min(index + width, bytes.count)
      if let valid = String(validating: bytes[index..<end], as: UTF8.self),
        let scalar = valid.unicodeScalars.first
      {
        piece = scalar.isVisible ? valid : scalar.writtenOut
      } else {
        width = 1
      }
    }
    if piece.count > 1, piece.hasPrefix("\\"), text.hasSuffix("\\"), bytes[index - 1] == 0x5C {
      piece = "\\" + piece
    }
    if let limit, length + piece.count > limit { return text + "..." }
    text += piece
    length += piece.count
    index += width
  }
  return text
}

extension Unicode.Scalar {
  /// True unless a reader could overlook it: controls, formats, and blanks other than the space.
  fileprivate var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
    case .spaceSeparator: self == " "
    default: true
    }
  }

  /// The scalar as messages show it if it is not visible: `\xNN` in ASCII, otherwise `\u{...}`.
  fileprivate var writtenOut: String {
    let digits = String(value, radix: 16, uppercase: true)
    return isASCII ? "\\x" + (digits.count == 1 ? "0" : "") + digits : "\\u{\(digits)}"
  }
}
