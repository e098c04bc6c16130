import ArgumentParser
import CSV
import Timestep

// Feature files that describe themselves: .ts and .arff.
extension DataOptions {
  /// True if the headers of the feature files say how they are read.
  var areDescribed: Bool {
    if plugins.reader != nil { return false }
    if let text = features.first { return TSFormat.isFormat(ofFiles: text) }
    guard let files = try? plugins.split(plugins.inputSplit, flag: "--input-split"),
      let first = try? files.locations().first
    else { return false }
    return TSFormat(path: first.path) != nil
  }

  /// True if the feature files state the labels: their headers say so, and no flag names others.
  var stateLabels: Bool {
    let hasOthers =
      labels != nil || labelColumn != nil || labelSource.isGiven || plugins.labelInputSplit != nil
      || plugins.labelReader != nil
    if hasOthers || !areDescribed { return false }
    // A fault of a file is reported when it is read.
    guard let first = try? describedFiles().locations().first else { return true }
    return (try? TSHeader(ofFileAt: first.path))?.labels != TSHeader.Labels.none
  }

  /// Returns a reader of the feature files.
  ///
  /// - Throws: `ValidationError` if several flags name them; any error of the files.
  func describedFeatures(_ missing: MissingValues = .nan) throws -> TSSequenceRecordReader {
    try TSSequenceRecordReader(describedFiles(), missingValues: missing, policy: faults.policy)
  }

  private func describedFiles() throws -> any InputSplit {
    guard features.count < 2 else {
      throw ValidationError(
        "--features is given \(features.count) times: .ts and .arff files have all dimensions of a series in one line: "
          + "expected one flag; name several files with a pattern")
    }
    guard
      let files = try features.first.map(split) ?? plugins.split(plugins.inputSplit, flag: "--input-split")
    else {
      throw ValidationError("--features is missing: name the files that contain the sequences")
    }
    return files
  }
}
