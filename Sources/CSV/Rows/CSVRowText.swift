import CText

/// `values` as one row of text, each with nine significant digits (`%.9g`): enough to read the same Floats back.
public func csvRow(_ values: [Float], delimiter: String = ",") -> String {
  values.map(CSVParser.text).joined(separator: delimiter)
}

/// The number that `text` is, by the rules of `CSVSequenceRecordReader`: correctly rounded, blanks around it allowed.
///
/// - Returns: `nil` when it is no decimal number, not finite, or larger than Float can hold.
public func csvNumber(_ text: Span<UInt8>) -> Float? {
  let (kind, value) = CSVParser.decimal(text)
  return kind == .number ? value : nil
}
