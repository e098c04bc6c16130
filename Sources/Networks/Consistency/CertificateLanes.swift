import DataSets
import Tensors

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
