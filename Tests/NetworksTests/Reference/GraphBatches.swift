import DataSets
import Tensors

extension ReferenceGraph {
  /// True if the output has one step per row.
  var endsSeries: Bool { layers.contains(where: \.endsSeries) }

  /// The activation, the loss and the weights of the last layer.
  var end: (activation: GraphActivation, loss: GraphLoss, weights: [Double]?) {
    switch layers[layers.count - 1] {
    case .rnnOutput(_, let activation, let loss, let weights),
      .output(_, let activation, let loss, let weights):
      return (activation, loss, weights)
    default: preconditionFailure("the last layer has no loss")
    }
  }

  /// Makes a batch of random numbers that suits the graph.
  ///
  /// An embedding gets classes. If the output is one prediction per series, a row has only its last label, or
  /// none, and something is present in every row, since the last step of an empty row is an error.
  ///
  /// - Parameters:
  ///   - padding: The contents of absent cells of features and labels, which must not matter.
  func randomBatch(
    rows: Int, steps: Int, masks: MaskPattern = .full, starts: StartPattern = .stepZero,
    padding: Float = .nan,
    using random: inout SplitMix64
  ) -> DataSet {
    var (featuresMask, labelsMask) = masks.masks(rows, steps, &random)
    if endsSeries {
      let lastLabels = labelsMask.lastSteps
      labelsMask = Mask(rows: rows, steps: steps) { $1 == lastLabels[$0] }
      let (given, somewhere) = (featuresMask, (0..<rows).map { _ in random.below(steps) })
      featuresMask = Mask(rows: rows, steps: steps) { row, step in
        given[row, step] || (step == somewhere[row] && given.lastSteps[row] == nil && lastLabels[row] == nil)
      }
    }
    let (columns, outputs) = (input.size, shapes[layers.count].size)
    var features = Tensor(shape: [rows, columns, steps])
    var labels = Tensor(shape: [rows, outputs, steps])
    for row in 0..<rows {
      for step in 0..<steps {
        for column in 0..<columns {
          let value: Float
          if case .embedding(let classes, _) = layers[0] {
            value = Float(random.below(classes))
          } else {
            value = Float(random.symmetric(1))
          }
          features[row, column, step] = featuresMask[row, step] ? value : padding
        }
        for (output, value) in end.loss.labels(count: outputs, using: &random).enumerated() {
          labels[row, output, step] = labelsMask[row, step] ? Float(value) : padding
        }
      }
    }
    return DataSet(
      features: features, labels: labels, featuresMask: featuresMask, labelsMask: labelsMask,
      seriesStarts: starts.starts(rows, steps, &random))
  }
}
