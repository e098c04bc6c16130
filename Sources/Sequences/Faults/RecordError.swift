/// A fault in the data: its exact location, what was expected, what was found, and how to fix it.
///
/// Its description is `PATH[:LINE[:COLUMN]]: what is wrong, what was expected, what was found, the remedy`.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The classes of faults that an error policy can distinguish.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A file named by the split does not exist, or a pattern matches no file.
    case missingFile
    /// A feature file without a label file, or the reverse.
    case unpaired
    /// Two files of one split with the same pairing key.
    case duplicateKey
    /// A file without rows.
    case empty
    /// An empty line before the last row.
    case blankLine
    /// A row whose number of fields differs from the expected number.
    case columnCount
    /// Column names that differ between files.
    case header
    /// A quote or a line ending that is not valid in CSV.
    case malformed
    /// Text where a number was expected.
    case notANumber
    /// A text that is not among a column's categories.
    case unknownCategory
    /// A text where a timestamp was expected.
    case notATime
    /// A line that does not match the line pattern.
    case noMatch
    /// A number whose magnitude Float cannot hold.
    case outOfRange
    /// NaN or infinity.
    case notFinite
    /// An empty field, or a token declared to mean "missing".
    case missingValue
    /// A class that is not a whole number or not below the class count.
    case classIndex
    /// Lengths that the alignment does not permit.
    case lengths
    /// A setting or a model that does not fit the data.
    case mismatch
    /// A file whose bytes changed while it was read.
    case changed
  }

  /// The class of the fault.
  public var kind: Kind
  /// The file.
  public var path: String
  /// The line at which the field, row or file begins, from 1.
  public var line: Int?
  /// The byte of that line at which the field begins, from 1.
  public var column: Int?
  /// The offending text as the message shows it; `nil` if there is none.
  public var text: String?
  /// What is wrong, what was expected, what was found, the remedy.
  public var problem: String

  /// Makes an error.
  public init(
    _ kind: Kind, path: String, line: Int? = nil, column: Int? = nil, text: String? = nil, _ problem: String
  ) {
    self.kind = kind
    self.text = text
    self.path = path
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// `PATH[:LINE[:COLUMN]]: what is wrong, what was expected, what was found, the remedy`.
  public var description: String {
    var location = escapedText(path.utf8, limit: nil)
    if let line {
      location += ":\(line)"
      if let column { location += ":\(column)" }
    }
    return "\(location): \(problem)"
  }
}

// The beginnings of problems that have another remedy in label files.
extension RecordError {
  /// The problem of a header whose names are numbers.
  package static let numberHeader = "every name in the header is a number"
  /// The problem of a header that lacks a name for the row names.
  package static let shortHeader = "the header is one name shorter than the row"
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
        piece = scalar.isVisible ? valid : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
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
}
