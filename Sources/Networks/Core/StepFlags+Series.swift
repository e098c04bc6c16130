import CNetworkKernels

extension StepFlags {
  /// Makes flags for `steps` steps that are all present, continue the series before them, and have no labels.
  init(continuing rows: Int, steps: Int) {
    self.init(
      steps: steps, rows: rows, codes: [UInt8](repeating: UInt8(TIMESTEP_STEP_PRESENT), count: steps * rows))
  }

  /// The flags of whole series, one step for each: labelled if any of its steps is.
  var ofSeries: StepFlags {
    var codes = [UInt8](repeating: UInt8(TIMESTEP_STEP_START), count: rows)
    for row in 0..<rows {
      for step in 0..<steps {
        codes[row] |= self.codes[step * rows + row] & UInt8(TIMESTEP_STEP_PRESENT | TIMESTEP_STEP_LABELLED)
      }
    }
    return StepFlags(steps: 1, rows: rows, codes: codes)
  }

  /// Returns the last present step of `row`; `nil` if there is none.
  public func lastPresentStep(of row: Int) -> Int? { (0..<steps).last { isPresent($0, row) } }

  /// Returns the step that holds the prediction of a whole series: the step of its label, or else its last
  /// present step.
  func predictionStep(of row: Int) -> Int? {
    (0..<steps).last { isLabelled($0, row) } ?? lastPresentStep(of: row)
  }

  /// The flags from the last step to the first.
  ///
  /// A reversed series begins at its last step, which comes before the next series' start.
  var turned: StepFlags {
    var turned = [UInt8](repeating: 0, count: codes.count)
    for step in 0..<steps {
      for row in 0..<rows {
        let isStart = step == steps - 1 || isStart(step + 1, row)
        turned[(steps - 1 - step) * rows + row] =
          codes[step * rows + row] & ~UInt8(TIMESTEP_STEP_START) | (isStart ? UInt8(TIMESTEP_STEP_START) : 0)
      }
    }
    return StepFlags(steps: steps, rows: rows, codes: turned)
  }

  /// Collects the indices of the present cells from step `firstStep` on, in order of time.
  ///
  /// Row `n` at step `t` has the index `t * rows + n`.
  func presentCells(from firstStep: Int, into cells: inout [Int]) {
    cells.removeAll(keepingCapacity: true)
    for cell in firstStep * rows..<codes.count where codes[cell] & UInt8(TIMESTEP_STEP_PRESENT) != 0 {
      cells.append(cell)
    }
  }
}
