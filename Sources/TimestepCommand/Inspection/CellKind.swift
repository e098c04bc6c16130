/// What the text of a cell can be.
enum CellKind: Hashable {
  /// A number in a notation.
  case number(Double)
  /// Nothing, or a text that usually stands for a missing value.
  case missing
  /// Any other text.
  case text

  /// Texts that programs write for missing values.
  static let missingTexts: Set<String> = [
    "", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "None", "none", "?", "-", "--", "#N/A",
    "missing", "nil", "<NA>",
  ]

  /// Reads a text, without blanks around it, as a cell.
  init(_ text: String, decimal: Character, thousands: Character?) {
    if let number = Self.number(text, decimal: decimal, thousands: thousands) {
      self = .number(number)
    } else {
      self = Self.missingTexts.contains(text) ? .missing : .text
    }
  }

  /// Returns the number that a text is; `nil` if it is none.
  static func number(_ text: String, decimal: Character, thousands: Character?) -> Double? {
    guard let first = text.utf8.first, let last = text.utf8.last else { return nil }
    // Not the names that Double knows, such as "infinity" and "nan", and not "0x1p3".
    let starts = "+-.,0123456789".utf8
    guard starts.contains(first), text.utf8.allSatisfy({ $0 < 0x80 || thousands != nil }),
      "0123456789.,".utf8.contains(last)
    else { return nil }
    var plain = ""
    var (digits, isGrouped, isInteger) = (0, false, true)
    for character in text {
      switch character {
      case "0"..."9":
        plain.append(character)
        digits += 1
      case decimal where isInteger:
        if isGrouped, digits != 3 { return nil }
        plain.append(".")
        isInteger = false
      case "e" where digits > 0, "E" where digits > 0:
        plain.append("e")
        isInteger = false
      case "+", "-": plain.append(character)
      default:
        guard let thousands, isInteger, digits > 0, digits <= 3, !isGrouped || digits == 3,
          character == thousands || thousands == " " && (character == "\u{A0}" || character == "\u{202F}")
        else { return nil }
        (digits, isGrouped) = (0, true)
      }
    }
    if isInteger, isGrouped, digits != 3 { return nil }
    guard let value = Double(plain), value.isFinite else { return nil }
    return value
  }
}
