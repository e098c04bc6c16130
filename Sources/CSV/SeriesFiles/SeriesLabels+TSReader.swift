import Platform
import Sequences

extension SeriesLabels {
  /// Takes the labels that `.ts` and `.arff` files state beside their series.
  ///
  /// The classes are those of the header, in its order. They are found whatever their case, as aeon finds them.
  ///
  /// - Parameters:
  ///   - features: The series.
  ///   - missing: Texts that mean that a series has no label.
  ///   - policy: The handling of series whose label is missing or is not in the header
  ///     (`RecordError.Kind.unknownCategory`).
  /// - Throws: `RecordError` about the first of these, unless the policy leaves it out; `FileError`.
  public init(
    statedIn features: TSSequenceRecordReader, missing: [String] = [], policy: ErrorPolicy = .raise
  ) throws {
    let index = features.index
    var labels: [Result<LabelText, RecordError>?] = []
    labels.reserveCapacity(features.count)
    var line = TSLine()
    var next = 0
    for (file, header) in index.headers.enumerated() {
      guard header.hasLabels else { break }
      let path = index.locations[file].path
      var classes: [String: String] = [:]
      if case .classes(let names) = header.labels {
        for name in names.reversed() { classes[name.lowercased()] = name }
        for name in names { classes[name] = name }
      }
      /// Returns the label that is written as `text`.
      func label(_ text: String, of series: Int, at offset: Int) -> Result<LabelText, RecordError> {
        let label = LabelText(
          classes[text] ?? classes[text.lowercased()] ?? text, path: path, line: index.entries[series].line,
          column: offset + 1)
        if header.labels == .numbers || missing.contains(text) || classes[label.text] != nil {
          return .success(label)
        }
        return .failure(
          index.error(
            text.isEmpty ? .missingValue : .unknownCategory, of: series, at: offset,
            text: escapedText(text.utf8),
            "\(text.isEmpty ? "the class is missing" : "class \(label.quoted) is unknown"): expected one of those that "
              + "\(header.classList), \(Vocabulary(names(of: header)).shown()), found "
              + (text.isEmpty ? "an empty text" : label.quoted)))
      }
      try MappedText(index.text(of: file)).withBytes { bytes in
        while next < index.entries.count, Int(index.entries[next].file) == file {
          let entry = index.entries[next]
          guard entry.end <= bytes.count else { throw changed(path) }
          do throws(TSLine.Fault) {
            try line.divide(bytes, entry.range, header)
            let range = line.label ?? entry.end..<entry.end
            labels.append(
              label(
                String(decoding: bytes[range], as: UTF8.self), of: next, at: range.lowerBound - entry.offset))
          } catch {
            labels.append(.failure(index.error(error, of: next)))
          }
          next += 1
        }
      }
    }
    func names(of header: TSHeader) -> [String] {
      if case .classes(let names) = header.labels { names } else { [] }
    }
    let meaning: LabelMeaning? =
      switch index.headers[0].labels {
      case .none: nil
      case .classes(let names): .classes(Vocabulary(names))
      case .numbers: .numbers
      }
    try self.init(labels, of: features, meaning: meaning, policy: policy)
  }
}
