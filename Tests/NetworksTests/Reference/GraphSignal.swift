import DataSets

/// One example on its way through a `ReferenceGraph`, step by step.
struct GraphSignal {
  /// `[T][size]`.
  var values: [[Double]]
  /// `[T][L]`, nil where a label is absent.
  var labels: [[Double]?]
  /// The example's row of the step mask.
  var isPresent: [Bool]
  /// The example's row of the series starts.
  var isStart: [Bool]

  /// Takes row `n` out of a batch; features are 0 where their mask is.
  init(_ batch: ReferenceBatch, _ n: Int) {
    let steps = 0..<batch.stepCount
    values = steps.map { t in
      (0..<batch.features.size).map { batch.featuresMask[n, t] ? batch.features[n, $0, t] : 0 }
    }
    labels = steps.map { t in
      batch.labelsMask[n, t] ? (0..<batch.labels.size).map { batch.labels[n, $0, t] } : nil
    }
    isPresent = steps.map { batch.featuresMask[n, $0] || batch.labelsMask[n, $0] }
    isStart = steps.map { batch.seriesStarts[n, $0] }
  }

  /// The example with one step in place of its series, absent where nothing was present.
  ///
  /// The label is that of the one labelled step; there may be none.
  func ended(_ pool: (_ presentSteps: [[Double]]) -> [Double]) -> GraphSignal {
    let labelled = labels.compactMap { $0 }
    precondition(labelled.count <= 1, "\(labelled.count) labels of one series")
    let present = zip(values, isPresent).filter(\.1).map(\.0)
    var result = self
    let nothing = [Double](repeating: 0, count: values.first?.count ?? 0)
    result.values = [present.isEmpty ? nothing : pool(present)]
    result.labels = [labelled.first]
    result.isPresent = [!present.isEmpty]
    result.isStart = [true]
    return result
  }

  /// Changes every present step; absent ones become zeros.
  func mapped(size: Int, _ change: ([Double]) -> [Double]) -> GraphSignal {
    var result = self
    let nothing = [Double](repeating: 0, count: size)
    result.values = zip(values, isPresent).map { $1 ? change($0) : nothing }
    return result
  }
}
