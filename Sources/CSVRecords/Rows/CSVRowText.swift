/// `values` as one row of text, each with nine significant digits (`%.9g`): enough to read the same Floats back.
public func csvRow(_ values: [Float], delimiter: String = ",") -> String {
  values.map(CSVParser.text).joined(separator: delimiter)
}
