import CNetworkKernels

extension StepFlags {
  /// The codes of `steps` steps that are all there, continue whatever was before, and have no labels.
  init(continuing rows: Int, steps: Int) {
    self.init(
      steps: steps, rows: rows, codes: [UInt8](repeating: UInt8(TIMESTEP_STEP_PRESENT), count: steps * rows))
  }

  /// One step for each whole series: labelled where any of its steps is.
  var ofSeries: StepFlags {
    var codes = [UInt8](repeating: UInt8(TIMESTEP_STEP_START), count: rows)
    for row in 0..<rows {
      for step in 0..<steps {
        codes[row] |= self.codes[step * rows + row] & UInt8(TIMESTEP_STEP_PRESENT | TIMESTEP_STEP_LABELLED)
      }
    }
    return StepFlags(steps: 1, rows: rows, codes: codes)
  }

  /// The last step of `row` at which anything happens; `nil` when nothing ever does.
  public func lastPresentStep(of row: Int) -> Int? { (0..<steps).last { isPresent($0, row) } }

  /// The step at which the prediction of a whole series stands: that of its label, or else its last present one.
  func predictionStep(of row: Int) -> Int? {
    (0..<steps).last { isLabelled($0, row) } ?? lastPresentStep(of: row)
  }

  /// The steps from the last to the first: a series begins where, as time goes, it ends, before the next one's start.
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

  /// The numbers of the present cells from step `firstStep` on, in the order of time: row `n` at step `t` is `t * rows + n`.
  func presentCells(from firstStep: Int, into cells: inout [Int]) {
    cells.removeAll(keepingCapacity: true)
    for cell in firstStep * rows..<codes.count where codes[cell] & UInt8(TIMESTEP_STEP_PRESENT) != 0 {
      cells.append(cell)
    }
  }
}
