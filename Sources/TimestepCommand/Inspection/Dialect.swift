/// How the rows of files are written, as far as a look at them tells.
struct Dialect: Hashable {
  /// The separator between fields: one character, `space` for runs of blanks and tabs, or empty if rows are one field.
  var delimiter: String
  /// The decimal sign.
  var decimal: Character = "."
  /// The separator between groups of three digits; `nil`: there is none.
  var thousands: Character?

  /// The dialect in words.
  var description: String {
    var text = "delimiter \(delimiterName)"
    if decimal != "." { text += ", decimal sign \"\(decimal)\"" }
    if let thousands { text += ", thousands separator \"\(thousands)\"" }
    return text
  }

  /// The delimiter in words.
  var delimiterName: String {
    ["\t": "a tab", "space": "blanks", "": "none (one field in a row)"][delimiter] ?? "\"\(delimiter)\""
  }

  /// The delimiter with which files are read, even if rows are one field.
  var readDelimiter: String { delimiter.isEmpty ? decimal == "," ? ";" : "," : delimiter }

  /// Returns true if a text of these characters can be written so.
  func canBe(in present: Set<Character>) -> Bool {
    let hasDelimiter =
      switch delimiter {
      case "": true
      case "space": present.contains(" ") || present.contains("\t")
      default: present.contains(Character(delimiter))
      }
    let hasSeparator =
      thousands.map {
        $0 == " " ? !present.isDisjoint(with: [" ", "\u{A0}", "\u{202F}"]) : present.contains($0)
      } ?? true
    // Numbers with groups may have no decimals.
    let hasDecimals = decimal == "." || present.contains(decimal) || delimiter == ";" && thousands == "."
    return hasDelimiter && hasSeparator && hasDecimals
  }

  /// The usual delimiters between fields.
  static let delimiters = [",", ";", "\t", "space", "|"]

  /// Every dialect that files are tried with, the more likely ones first.
  static let all: [Dialect] = [
    Dialect(delimiter: ","), Dialect(delimiter: ";"), Dialect(delimiter: ";", decimal: ","),
    Dialect(delimiter: "\t"), Dialect(delimiter: "\t", decimal: ","), Dialect(delimiter: "space"),
    Dialect(delimiter: "space", decimal: ","), Dialect(delimiter: "|"), Dialect(delimiter: "|", decimal: ","),
    Dialect(delimiter: ""), Dialect(delimiter: "", decimal: ","), Dialect(delimiter: ",", decimal: ","),
    Dialect(delimiter: ",", thousands: ","), Dialect(delimiter: ",", decimal: ",", thousands: "."),
    Dialect(delimiter: ";", thousands: ","), Dialect(delimiter: ";", decimal: ",", thousands: "."),
    Dialect(delimiter: ";", decimal: ",", thousands: " "), Dialect(delimiter: ";", thousands: "'"),
    Dialect(delimiter: "\t", thousands: ","), Dialect(delimiter: "\t", decimal: ",", thousands: "."),
    Dialect(delimiter: "\t", decimal: ",", thousands: " "), Dialect(delimiter: "", thousands: ","),
    Dialect(delimiter: "", decimal: ",", thousands: "."),
  ]
}
