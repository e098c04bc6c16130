import Platform

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
    /// A timestamp before that of the row before.
    case timeOrder
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
    /// Labels that contradict each other: of one series, of one time, or of one key.
    case labelConflict
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
