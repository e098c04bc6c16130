import Platform
import Sequences
import Timestep

// Warns of columns that are read as they are, and that the user may not want so.
extension DataOptions {
  /// Names each label column whose numbers are too close together for Float.
  ///
  /// - Returns: The labels, which are watched while they are read.
  func watchingPrecision(ofLabels labels: any SequenceRecordReader) throws -> any SequenceRecordReader {
    try PrecisionWarnings.watching(labels) { loss in
      "\(loss.problem); keep such labels in a column of the feature files, and subtract an offset there "
        + "(\(Remedy.labelOffset))"
    }
  }

  /// Names each column that may not be what the user takes it for: its numbers are too close together for
  /// Float, or it numbers the rows.
  ///
  /// - Returns: The features, which are watched while they are read.
  func watchingDoubtfulColumns(in features: any SequenceRecordReader) throws -> any SequenceRecordReader {
    let watched = try PrecisionWarnings.watching(features) { "\($0)" }
    // Columns that were chosen are known.
    let isChosen = columns.keepColumns != nil || labelColumn?.names.contains("@0") == true
    if !isChosen, let path = try features.fileWithRowNumbers() {
      StandardStream.error.write(
        "warning: \(escapedText(path.utf8, limit: nil)): column @0 has no name and numbers the rows; if it is not a feature, "
          + "leave it out (\(Remedy.dropColumn("0")))\n")
    }
    return watched
  }
}

extension SequenceRecordReader {
  /// Returns the first file if its first column has no name and counts the rows from 0 or 1, as
  /// tables of R and pandas do; otherwise `nil`.
  fileprivate func fileWithRowNumbers() throws -> String? {
    guard columns.first == ColumnReference.name(ofUnnamed: 0), schema.encodings[columns[0]] == nil, count > 0
    else {
      return nil
    }
    let record: SequenceRecord
    do {
      record = try firstRows(of: 0, atMost: 16)
    } catch is RecordError {
      return nil  // Reading the sequence reports the fault.
    }
    let numbers = (0..<record.stepCount).map { record.values[$0 * record.columnCount] }
    guard numbers.count > 1, numbers[0] == 0 || numbers[0] == 1 else { return nil }
    return zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 } ? source(of: 0).path : nil
  }
}
