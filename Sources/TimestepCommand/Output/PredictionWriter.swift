import Platform
import Timestep

/// Computes predictions row by row, in the labels' own units, as lines of text.
struct PredictionWriter {
  private let contract: DataContract?
  private let delimiter: String
  /// The numbers that were subtracted from the label columns; empty if none was.
  private let offsets: [Double]

  /// Makes a writer for the predictions of a model.
  init(_ contract: DataContract?, delimiter: String) {
    (self.contract, self.delimiter) = (contract, delimiter)
    let offsets = contract?.labelOffsets ?? []
    self.offsets = offsets.allSatisfy { $0 == 0 } ? [] : offsets
  }

  /// Returns the output row for one input row; `nil` is a step after the last row, where the network's input is 0.
  ///
  /// - Throws: `NetworkError` if a value is not finite: a normalized one, an output, or a prediction.
  func row(after row: [Float]?, _ session: inout NetworkSession) throws -> String {
    let values = row.map(normalized) ?? [Float](repeating: 0, count: session.inputSize)
    if let row, let column = values.firstIndex(where: { !$0.isFinite }) {
      throw NetworkError(tooLarge(row[column], values[column], column))
    }
    var outputs = try session.step(Tensor(shape: [1, values.count], elements: values)).elements
    if !outputs.allSatisfy(\.isFinite) {
      let problem =
        "the output of \(session.layerNotFinite ?? "the last layer") is not finite, so there is no prediction; "
      throw NetworkError(problem + cause(row ?? [], values))
    }
    if let normalizer = contract?.labelsNormalizer {
      for (column, output) in outputs.enumerated() {
        outputs[column] = normalizer.revert(output, column: column)
        if outputs[column].isFinite { continue }
        let name = contract.map { " \"\(escapedText($0.labels.names[column].utf8))\"" } ?? ""
        throw NetworkError(
          "the prediction of label\(name), \(output) * \(normalizer.scale[column]) + \(normalizer.shift[column]), is not "
            + "finite in its own units, so it is not written; check the row, or train on labels in larger units"
        )
      }
    }
    if offsets.isEmpty { return csvRow(outputs, delimiter: delimiter) + "\n" }
    let texts = zip(outputs, offsets).map { value, offset in
      // Float could not hold the sum, which is why there is an offset.
      offset == 0 ? csvRow([value]) : (Double(value) + offset).numberText
    }
    return texts.joined(separator: delimiter) + "\n"
  }

  /// Returns the values of a row as the network gets them.
  private func normalized(_ row: [Float]) -> [Float] {
    guard let normalizer = contract?.featuresNormalizer else { return row }
    return row.enumerated().map { normalizer.normalize($1, column: $0) }
  }

  /// Returns the reason why an output is not finite: the column that the normalizer has made too large, if there is
  /// one.
  private func cause(_ row: [Float], _ values: [Float]) -> String {
    let largest = values.indices.max { values[$0].magnitude < values[$1].magnitude }
    // Normalized values are small in data like the training data.
    if contract?.featuresNormalizer != nil, let largest, largest < row.count, values[largest].magnitude > 1e6
    {
      return tooLarge(row[largest], values[largest], largest)
    }
    return
      "the values of the row, or the weights of the model, are too large: check the row, or train the model again"
  }

  /// Describes a value that the normalizer has made too large, and what to do.
  private func tooLarge(_ value: Float, _ normalized: Float, _ column: Int) -> String {
    guard let contract, let normalizer = contract.featuresNormalizer else { return "" }
    let name = contract.columns[column]
    let (shift, scale) = (normalizer.shift[column], normalizer.scale[column])
    let isInFiles = contract.source?.columns.contains(name) ?? true
    let remedy =
      isInFiles
      ? Remedy.dropNamedColumn(name) : "train without it, or train again and \(Remedy.leaveOutNormalize)"
    let reach = 100 * scale
    let after = contract.transforms == nil ? "" : " after the transforms"
    return
      "column \(column + 1) (\"\(escapedText(name.utf8))\") is \(value)\(after), which the model's normalizer, "
      + "(x - \(shift)) / \(scale), makes \(normalized): expected a value like those of the training data, from "
      + "\(Float(shift - reach)) to \(Float(shift + reach)); give one, or leave the column out (\(remedy))"
  }
}

extension DataContract {
  /// The numbers that were subtracted from the label columns; 0 for a column from which none was, or a different one
  /// in each sequence.
  var labelOffsets: [Double] {
    labelEncodings.map { encoding in
      switch encoding {
      case .offset(.value(let number)): number
      case .offset(.exact(let text)): Double(text) ?? 0
      case .offset(.first), .time, .category, nil: 0
      }
    }
  }
}

extension Double {
  /// The number as it is read back, without a fraction if it is whole.
  var numberText: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}

extension String {
  /// Returns the text as a field of CSV: in quotes where it would not be read back otherwise.
  func csvField(_ delimiter: String = ",") -> String {
    let isPlain =
      !contains(delimiter) && !hasPrefix(" ") && !hasSuffix(" ")
      && !utf8.contains { [0x22, 0x0A, 0x0D].contains($0) }
    return isPlain ? self : "\"" + replacing("\"", with: "\"\"") + "\""
  }
}
