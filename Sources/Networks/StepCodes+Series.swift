import CKernels

extension StepCodes {
  /// The codes of `steps` steps that are all there, continue whatever was before, and have no labels.
  init(continuing rows: Int, steps: Int) {
    self.init(
      steps: steps, rows: rows, codes: [UInt8](repeating: UInt8(TIMESTEP_STEP_PRESENT), count: steps * rows))
  }

  /// One step for each whole series: labelled where any of its steps is.
  var ofSeries: StepCodes {
    var codes = [UInt8](repeating: UInt8(TIMESTEP_STEP_START), count: rows)
    for row in 0..<rows {
      for step in 0..<steps {
        codes[row] |= self.codes[step * rows + row] & UInt8(TIMESTEP_STEP_PRESENT | TIMESTEP_STEP_LABELLED)
      }
    }
    return StepCodes(steps: 1, rows: rows, codes: codes)
  }

  /// The last step of `row` at which anything happens; `nil` when nothing ever does.
  public func lastPresentStep(of row: Int) -> Int? { (0..<steps).last { isPresent($0, row) } }

  /// The step at which the prediction of a whole series stands: that of its label, or else its last present one.
  func predictionStep(of row: Int) -> Int? {
    (0..<steps).last { isLabelled($0, row) } ?? lastPresentStep(of: row)
  }
}
