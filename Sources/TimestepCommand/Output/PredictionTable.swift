import Platform
import Timestep

/// The predictions for the series of files, as a table: the key of the series, the step from 0, and a column for each
/// class or number, in the labels' own units.
struct PredictionTable {
  /// The beginning of every such table.
  static let beginning = "series,step,"

  private let file: ModelFile
  private let names: [String]

  /// Makes a table for the predictions of a model.
  init(_ file: ModelFile) {
    self.file = file
    let outputs = file.network.outputSize
    let names = file.contract?.labels.names ?? []
    // One output is the probability of the second of two classes.
    let own = names.count == outputs ? names : names.count == 2 && outputs == 1 ? [names[1]] : []
    self.names = own.isEmpty ? (0..<outputs).map(String.init) : own
  }

  /// The line with the names of the columns.
  var header: String { Self.beginning + names.map(field).joined(separator: ",") + "\n" }

  /// Returns the rows of a batch: one for each step that is present, or one for each series if the network predicts once.
  ///
  /// - Throws: `NetworkError` if the batch does not suit the network, or a prediction is not finite.
  func rows(of batch: DataSet) throws -> String {
    let output = try file.network.output(batch)
    let normalizer = file.contract?.labelsNormalizer
    let once = file.network.predictsOncePerSeries
    var text = ""
    for row in 0..<batch.exampleCount {
      let steps = (0..<batch.stepCount).filter { batch.featuresMask[row, $0] }
      let key = row < batch.metadata.count ? batch.metadata[row].features.key : "\(row)"
      for (number, step) in steps.enumerated() where !once || step == steps.last {
        let values = names.indices.map { column in
          let value = output[row, column, step]
          return normalizer.map { $0.revert(value, column: column) } ?? value
        }
        guard values.allSatisfy(\.isFinite) else {
          throw NetworkError(
            "the prediction for step \(number) of \"\(escapedText(key.utf8))\" is not finite: expected numbers like those of the "
              + "training data; check the series")
        }
        text += "\(field(key)),\(number),\(csvRow(values))\n"
      }
    }
    return text
  }

  /// Returns a text as a field, in quotes if it contains any, or a comma or the end of a line.
  private func field(_ text: String) -> String {
    guard text.contains(where: { "\",\n\r".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
