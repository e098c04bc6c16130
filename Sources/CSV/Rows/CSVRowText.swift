import CText

/// Returns `values` as one row of text, each with nine significant digits (`%.9g`): enough to read the same
/// Floats back.
package func csvRow(_ values: [Float], delimiter: String = ",") -> String {
  values.map(CSVParser.text).joined(separator: delimiter)
}

/// Parses `text` as a number by the rules of `CSVSequenceRecordReader`: correctly rounded, surrounding blanks
/// allowed.
///
/// - Returns: `nil` if it is not a decimal number, not finite, or larger than Float can hold.
public func csvNumber(_ text: Span<UInt8>) -> Float? {
  let (kind, value) = CSVParser.decimal(text)
  return kind == .number ? value : nil
}
