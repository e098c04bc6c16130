import Platform
import Sequences

extension RecordError {
  /// Returns a fault of a file as a fault of labels, whose texts are declared in another way than those of
  /// features.
  ///
  /// - Parameters:
  ///   - vocabulary: The texts of the labels; `nil` if they are numbers.
  ///   - classCount: The number of classes; `nil` if the labels are not classes.
  ///   - areNumbers: True if the labels are said to be numbers.
  package func ofLabels(
    _ vocabulary: Vocabulary?, classCount: Int?, areNumbers: Bool = false
  ) -> RecordError {
    // A label that names or a table give is reported as one.
    if problem.hasPrefix("label ") || problem.hasPrefix("the label ") { return self }
    var error = self
    if kind == .header, problem.hasPrefix(Self.numberHeader) {
      error.problem =
        problem.prefix { $0 != ";" }
        + "; if the line is a label, say so (\(Remedy.labelsWithoutHeader)), and if it is neither, skip it "
        + "(\(Remedy.skipLabelLine("\(line ?? 1)")))"
      return error
    }
    if kind == .columnCount, problem.hasPrefix(Self.shortHeader) {
      error.problem =
        problem.prefix { $0 != ";" } + "; write the label files without row names (in R, row.names = FALSE)"
      return error
    }
    guard let text else { return self }
    switch kind {
    case .unknownCategory:
      guard let vocabulary else { return self }
      error.problem =
        "label \"\(text)\" is not a known category: expected one of \(vocabulary.shown()), found \"\(text)\"; correct it, "
        + "name all classes before training (\(Remedy.labelCategories)), or leave out its series (\(Remedy.skipSequences))"
        + suggestion(for: text, among: vocabulary.names)
    case .notANumber where text.contains(where: \.isLetter):
      let expected = classCount.map { "a class number from 0 to \($0 - 1)" } ?? "a number"
      if usuallyMeansMissing(text) {
        error.problem =
          "label \"\(text)\" is not a number: expected \(expected), found \"\(text)\"; if labels may be missing, mask them "
          + "(\(Remedy.labelMissing(text))), or correct it"
        return error
      }
      let header = line == 1 ? "; if it is a header, say so (\(Remedy.labelHeader))" : ""
      error.problem =
        "label \"\(text)\" is not a number: expected \(expected), found \"\(text)\"; if the labels are texts, list them in the "
        + "order of their class numbers (\(Remedy.labelCategories))\(areNumbers ? " instead of regression" : "")"
        + header
    case .notFinite, .missingValue:
      error.problem =
        "label \"\(text)\" is not a label: expected \(classCount.map { "a class number from 0 to \($0 - 1)" } ?? "a number"), "
        + "found \"\(text)\"; correct it, leave out such rows (\(Remedy.skipRows)), or, if labels may be missing, mask them "
        + "(\(Remedy.labelMissing(text.isEmpty ? "NA" : text)))"
        // The name of row names is empty.
        + (line == 1 && text.isEmpty ? "; if it is a header, say so (\(Remedy.labelHeader))" : "")
    default: return self
    }
    return error
  }
}
