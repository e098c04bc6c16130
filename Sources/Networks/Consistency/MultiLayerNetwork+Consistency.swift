import DataSets
import Tensors

extension MultiLayerNetwork {
  /// Feeds every series of `batches` to the network in all supported ways, and compares the outputs with
  /// those of the full pass.
  ///
  /// ```swift
  /// let certificate = try network.verifyConsistency(on: batches)
  /// certificate.holds   // true
  /// ```
  /// - Parameters:
  ///   - batches: The series to check with.
  ///   - seed: The seed for the random cuts and for the order of the other series.
  /// - Throws: `NetworkError` if a batch does not suit the network, and any error of the iterator.
  public func verifyConsistency(on batches: some DataSetSource, seed: UInt64 = 0) throws
    -> ConsistencyReport
  {
    var findings = ConsistencyReport.Way.allCases.map {
      ConsistencyReport.Finding(way: $0)
    }
    let needsWholeSeries = configuration.layers.contains { $0.layer.needsWholeSeries }
    var generator = SplitMix64(seed: seed)
    var iterator = batches.makeIterator()
    try iterator.begin(epoch: 0)
    while let batch = try iterator.next() {
      let full = try output(batch)
      for (index, finding) in findings.enumerated() {
        if finding.way.cutsSeries && needsWholeSeries { continue }
        let other = try output(batch, finding.way, using: &generator)
        let (difference, count) = largestDifference(other, full, batch)
        findings[index].largestDifference = larger(difference, finding.largestDifference ?? 0)
        findings[index].outputCount += count
      }
    }
    return ConsistencyReport(findings: findings)
  }

  /// Returns the outputs for `batch`, `[N, outputs, T]`, computed in one of the ways.
  private func output(
    _ batch: DataSet, _ way: ConsistencyReport.Way, using generator: inout SplitMix64
  )
    throws
    -> Tensor
  {
    switch way {
    case .stepByStep: return try stepByStep(batch)
    case .randomCuts: return try randomCuts(batch, using: &generator)
    case .alone:
      return try placed(in: batch) { row in [try output(batch.examples(row..<row + 1))] }
    case .withOthers:
      // The batch again plus up to three of its examples, shuffled: every row gets another index in another
      // share.
      let others = DataSet.merging([batch, batch.examples(0..<min(3, batch.exampleCount))])
        .shuffled(seed: generator.next())
      return try output(DataSet.merging([others, batch])).rows(
        Array(others.exampleCount..<others.exampleCount + batch.exampleCount))
    case .padded:
      let (front, behind) = (3, 2)
      let padded = batch.padded(front: front, behind: behind)
      return try output(padded).steps(front..<front + batch.stepCount)
    case .lanes: return try onLanes(batch, length: Int.random(in: 1...7, using: &generator))
    }
  }

  private func stepByStep(_ batch: DataSet) throws -> Tensor {
    let steps = batch.stepMask
    return try placed(in: batch) { row in
      var session = try session(rows: 1)
      return try (0..<batch.stepCount).map { step in
        if batch.seriesStarts[row, step] { session.clear() }
        let input = batch.presentFeatures(row, step)
        return steps[row, step]
          ? try session.step(Tensor(shape: [1, input.count, 1], elements: input))
          : Tensor(shape: [1, outputSize, 1])
      }
    }
  }

  private func randomCuts(_ batch: DataSet, using generator: inout SplitMix64) throws -> Tensor {
    var state: State?
    var outputs: [Tensor] = []
    var step = 0
    while step < batch.stepCount {
      let end = Int.random(in: step + 1...batch.stepCount, using: &generator)
      outputs.append(try output(batch.steps(step..<end), continuing: &state))
      step = end
    }
    return placed(in: batch) { row in outputs.map { $0.rows([row]) } }
  }

  /// Lays the present steps of the examples end to end on lanes, and returns the outputs at their original
  /// steps.
  private func onLanes(_ batch: DataSet, length: Int) throws -> Tensor {
    let lanes = CertificateLanes(batch, laneCount: max(1, (batch.exampleCount + 2) / 3))
    var state: State?
    var result = Tensor(shape: [batch.exampleCount, outputSize, batch.stepCount], order: .timeMajor)
    for (index, piece) in lanes.batch.pieces(of: length).enumerated() {
      let outputs = try output(piece, continuing: &state)
      for lane in 0..<piece.exampleCount {
        for step in 0..<piece.stepCount {
          guard let cell = lanes.cell(lane, index * length + step) else { continue }
          for column in 0..<outputSize { result[cell.row, column, cell.step] = outputs[lane, column, step] }
        }
      }
    }
    return result
  }

  /// Puts the outputs of each row, given as consecutive pieces `[1, outputs, steps]`, into one tensor.
  private func placed(in batch: DataSet, _ outputs: (_ row: Int) throws -> [Tensor]) rethrows -> Tensor {
    var result = Tensor(shape: [batch.exampleCount, outputSize, batch.stepCount], order: .timeMajor)
    for row in 0..<batch.exampleCount {
      var start = 0
      for piece in try outputs(row) {
        for step in 0..<piece.shape[2] {
          for column in 0..<outputSize { result[row, column, start + step] = piece[0, column, step] }
        }
        start += piece.shape[2]
      }
    }
    return result
  }

  private func largestDifference(_ outputs: Tensor, _ full: Tensor, _ batch: DataSet) -> (Double, count: Int)
  {
    let steps = batch.stepMask
    var (largest, count) = (0.0, 0)
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where steps[row, step] {
        for column in 0..<outputSize {
          let (a, b) = (Double(outputs[row, column, step]), Double(full[row, column, step]))
          let difference = abs(a - b) / max(1, abs(b))
          largest = larger(difference, largest)
          count += 1
        }
      }
    }
    return (largest, count)
  }
}

/// Returns the larger of two differences; NaN counts as the largest, whereas `max` would lose it.
private func larger(_ difference: Double, _ other: Double) -> Double {
  difference > other || difference.isNaN ? difference : other
}

extension MultiLayerNetwork.ConsistencyReport.Way {
  /// True if the network sees series in pieces.
  fileprivate var cutsSeries: Bool {
    switch self {
    case .stepByStep, .randomCuts, .lanes: return true
    case .alone, .withOthers, .padded: return false
    }
  }
}

// The variations of a batch that the consistency check feeds to a network.
extension DataSet {
  /// Returns the features of a step as a network sees them: zeros where they are masked.
  func presentFeatures(_ row: Int, _ step: Int) -> [Float] {
    (0..<features.shape[1]).map { featuresMask[row, step] ? features[row, $0, step] : 0 }
  }

  /// Returns the batch with further masked steps before and after, which hold NaN.
  func padded(front: Int, behind: Int) -> DataSet {
    let steps = front + stepCount + behind
    func padded(_ tensor: Tensor) -> Tensor {
      var result = Tensor(shape: [tensor.shape[0], tensor.shape[1], steps], order: tensor.order)
      for row in 0..<tensor.shape[0] {
        for column in 0..<tensor.shape[1] {
          for step in 0..<steps {
            let from = step - front
            result[row, column, step] = (0..<stepCount).contains(from) ? tensor[row, column, from] : .nan
          }
        }
      }
      return result
    }
    func padded(_ mask: Mask) -> Mask {
      Mask(rows: exampleCount, steps: steps) { row, step in
        (0..<stepCount).contains(step - front) && mask[row, step - front]
      }
    }
    let starts = seriesStarts
    return DataSet(
      features: padded(features), labels: labels.map(padded), featuresMask: padded(featuresMask),
      labelsMask: padded(labelsMask),
      seriesStarts: Mask(rows: exampleCount, steps: steps) { row, step in
        step == 0 || (0..<stepCount).contains(step - front) && starts[row, step - front]
      }, metadata: metadata)
  }
}

/// The present steps of a batch's examples, laid end to end on a few lanes.
struct CertificateLanes {
  /// `[lanes, C, T]`.
  private(set) var batch: DataSet
  private var cells: [[(row: Int, step: Int)]]

  init(_ source: DataSet, laneCount: Int) {
    let steps = source.stepMask
    var cells = [[(row: Int, step: Int)]](repeating: [], count: laneCount)
    for row in 0..<source.exampleCount {
      // The lane that becomes free first.
      let lane = cells.indices.min { cells[$0].count < cells[$1].count } ?? 0
      cells[lane] += (0..<source.stepCount).filter { steps[row, $0] }.map { (row, $0) }
    }
    let length = max(1, cells.map(\.count).max() ?? 0)
    let columns = source.features.shape[1]
    var features = Tensor(shape: [laneCount, columns, length], order: .timeMajor)
    self.cells = cells
    for lane in 0..<laneCount {
      for (step, cell) in cells[lane].enumerated() {
        let values = source.presentFeatures(cell.row, cell.step)
        for column in 0..<columns { features[lane, column, step] = values[column] }
      }
    }
    let laid = cells
    batch = DataSet(
      features: features, featuresMask: Mask(ranges: cells.map { 0..<$0.count }, stepCount: length),
      seriesStarts: Mask(rows: laneCount, steps: length) { lane, step in
        guard step < laid[lane].count else { return step == 0 }
        let cell = laid[lane][step]
        // The first step of an example, or one at or after a series start that may itself lie on an absent
        // step.
        let before = step > 0 && laid[lane][step - 1].row == cell.row ? laid[lane][step - 1].step : -1
        return before == -1 || (before + 1...cell.step).contains { source.seriesStarts[cell.row, $0] }
      })
  }

  /// Returns the source of a lane's step; `nil` after the end of the lane.
  func cell(_ lane: Int, _ step: Int) -> (row: Int, step: Int)? {
    step < cells[lane].count ? cells[lane][step] : nil
  }
}
