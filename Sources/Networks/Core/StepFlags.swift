import CNetworkKernels
import DataSets

/// The flags of every step of every row of a share: present, start of a series, labelled.
///
/// They are time-major, one byte each.
public struct StepFlags: Sendable {
  /// The number of time steps, T.
  public let steps: Int
  /// The number of rows, N.
  public let rows: Int
  /// The bits `TIMESTEP_STEP_...`, `[T, N]`.
  let codes: [UInt8]
  /// True if every step of every row is present.
  public let isFull: Bool
  /// The present cells; `nil` if `isFull`.
  let present: PresentIndices?

  /// Reads the flags of the rows in `range` from a batch's masks.
  init(_ batch: DataSet, rows range: Range<Int>) {
    let steps = batch.stepCount
    let rows = range.count
    let stepMask = batch.stepMask
    var codes = [UInt8](repeating: 0, count: steps * rows)
    for step in 0..<steps {
      for row in 0..<rows {
        let example = range.lowerBound + row
        var code: Int = 0
        if stepMask[example, step] { code |= TIMESTEP_STEP_PRESENT }
        if batch.seriesStarts[example, step] { code |= TIMESTEP_STEP_START }
        if batch.labelsMask[example, step] { code |= TIMESTEP_STEP_LABELLED }
        codes[step * rows + row] = UInt8(code)
      }
    }
    self.init(steps: steps, rows: rows, codes: codes)
  }

  init(steps: Int, rows: Int, codes: [UInt8]) {
    (self.steps, self.rows, self.codes) = (steps, rows, codes)
    isFull = codes.allSatisfy { $0 & UInt8(TIMESTEP_STEP_PRESENT) != 0 }
    present = isFull ? nil : PresentIndices(steps: steps, rows: rows, codes: codes)
  }

  /// Returns true if the row is present at the step.
  public func isPresent(_ step: Int, _ row: Int) -> Bool {
    codes[step * rows + row] & UInt8(TIMESTEP_STEP_PRESENT) != 0
  }

  /// Returns true if a series starts in the row at the step.
  public func isStart(_ step: Int, _ row: Int) -> Bool {
    codes[step * rows + row] & UInt8(TIMESTEP_STEP_START) != 0
  }

  /// Returns true if the row has labels at the step.
  public func isLabelled(_ step: Int, _ row: Int) -> Bool {
    codes[step * rows + row] & UInt8(TIMESTEP_STEP_LABELLED) != 0
  }
}
