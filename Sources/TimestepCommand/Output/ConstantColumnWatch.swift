import Platform
import Timestep

/// Looks for columns that were constant in the training data and have other values in the data of an evaluation.
///
/// It sees the batches as they are drawn, so the data is not read a second time.
final class ConstantColumnWatch {
  /// A warning for each such column, in the order in which they were found.
  private(set) var warnings: [String] = []
  private let columns: [String]
  private let labels: [String]
  /// The normalizers, with the constant columns in which only the constant has been found so far.
  private var features: (normalizer: AffineNormalizer, columns: [Int])?
  private var targets: (normalizer: AffineNormalizer, columns: [Int])?

  /// Makes a watch for batches that are normalized as in `contract`.
  init(_ contract: DataContract) {
    (columns, labels) = (contract.columns, contract.labels.names)
    features = contract.featuresNormalizer.map { ($0, $0.constantColumns) }
    targets = contract.labelsNormalizer.map { ($0, $0.constantColumns) }
  }

  /// Returns `batches`, which are watched while they are drawn.
  func watched(_ batches: some DataSetIterator) -> any DataSetIterator {
    ObservedIterator(base: batches, observe: look)
  }

  /// Looks at a batch of normalized values.
  private func look(at batch: DataSet) {
    if let (normalizer, left) = features {
      features?.columns = left.filter { column in
        let isPresent = { batch.featuresMask[$0, $1] && batch.observedMask[$0, column, $1] }
        return !warn(
          batch, batch.features, normalizer, column, columns[column],
          "leave it out (\(Remedy.dropNamedColumn(columns[column]))), or train on data in which it varies",
          isPresent)
      }
    }
    if let (normalizer, left) = targets, let tensor = batch.labels {
      targets?.columns = left.filter { column in
        let isPresent = { batch.labelsMask[$0, $1] }
        let remedy = "train on data in which it varies"
        return !warn(batch, tensor, normalizer, column, labels[column], remedy, isPresent)
      }
    }
  }

  /// Returns true after a warning about the first value of a column that is not the constant, if there is one.
  private func warn(
    _ batch: DataSet, _ tensor: Tensor, _ normalizer: AffineNormalizer, _ column: Int, _ name: String,
    _ remedy: String, _ isPresent: (_ row: Int, _ step: Int) -> Bool
  ) -> Bool {
    let constant = Float(normalizer.shift[column])
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where isPresent(row, step) {
        let value = normalizer.revert(tensor[row, column, step], column: column)
        if value == constant { continue }
        let location = row < batch.metadata.count ? "\(batch.metadata[row].location): " : ""
        warnings.append(
          "\(location)column \"\(escapedText(name.utf8))\" was constant in the training data: expected \(constant), "
            + "found \(value); the model did not learn what its values mean: \(remedy)")
        return true
      }
    }
    return false
  }
}
