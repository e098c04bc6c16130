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
  let flags: [UInt8]
  /// True if every step of every row is present.
  public let isFull: Bool
  /// The present cells; `nil` if `isFull`.
  let present: PresentIndices?

  /// Reads the flags of the rows in `range` from a batch's masks.
  init(_ batch: DataSet, rows range: Range<Int>) {
    let steps = batch.stepCount
    let rows = range.count
    let stepMask = batch.stepMask
    var flags = [UInt8](repeating: 0, count: steps * rows)
    for step in 0..<steps {
      for row in 0..<rows {
        let example = range.lowerBound + row
        var code: Int = 0
        if stepMask[example, step] { code |= TIMESTEP_STEP_PRESENT }
        if batch.seriesStarts[example, step] { code |= TIMESTEP_STEP_START }
        if batch.labelsMask[example, step] { code |= TIMESTEP_STEP_LABELLED }
        flags[step * rows + row] = UInt8(code)
      }
    }
    self.init(steps: steps, rows: rows, flags: flags)
  }

  init(steps: Int, rows: Int, flags: [UInt8]) {
    (self.steps, self.rows, self.flags) = (steps, rows, flags)
    isFull = flags.allSatisfy { $0 & UInt8(TIMESTEP_STEP_PRESENT) != 0 }
    present = isFull ? nil : PresentIndices(steps: steps, rows: rows, flags: flags)
  }

  /// Returns true if the row is present at the step.
  public func isPresent(_ step: Int, _ row: Int) -> Bool {
    flags[step * rows + row] & UInt8(TIMESTEP_STEP_PRESENT) != 0
  }

  /// Returns true if a series starts in the row at the step.
  public func isStart(_ step: Int, _ row: Int) -> Bool {
    flags[step * rows + row] & UInt8(TIMESTEP_STEP_START) != 0
  }

  /// Returns true if the row has labels at the step.
  public func isLabelled(_ step: Int, _ row: Int) -> Bool {
    flags[step * rows + row] & UInt8(TIMESTEP_STEP_LABELLED) != 0
  }
}

extension StepFlags {
  /// Makes flags for `steps` steps that are all present, continue the series before them, and have no labels.
  init(continuing rows: Int, steps: Int) {
    self.init(
      steps: steps, rows: rows, flags: [UInt8](repeating: UInt8(TIMESTEP_STEP_PRESENT), count: steps * rows))
  }

  /// The flags of whole series, one step for each: labelled if any of its steps is.
  var ofSeries: StepFlags {
    var flags = [UInt8](repeating: UInt8(TIMESTEP_STEP_START), count: rows)
    for row in 0..<rows {
      for step in 0..<steps {
        flags[row] |= self.flags[step * rows + row] & UInt8(TIMESTEP_STEP_PRESENT | TIMESTEP_STEP_LABELLED)
      }
    }
    return StepFlags(steps: 1, rows: rows, flags: flags)
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
    var turned = [UInt8](repeating: 0, count: flags.count)
    for step in 0..<steps {
      for row in 0..<rows {
        let isStart = step == steps - 1 || isStart(step + 1, row)
        turned[(steps - 1 - step) * rows + row] =
          flags[step * rows + row] & ~UInt8(TIMESTEP_STEP_START) | (isStart ? UInt8(TIMESTEP_STEP_START) : 0)
      }
    }
    return StepFlags(steps: steps, rows: rows, flags: turned)
  }

  /// Collects the indices of the present cells from step `firstStep` on, in order of time.
  ///
  /// Row `n` at step `t` has the index `t * rows + n`.
  func presentCells(from firstStep: Int, into cells: inout [Int]) {
    cells.removeAll(keepingCapacity: true)
    for cell in firstStep * rows..<flags.count where flags[cell] & UInt8(TIMESTEP_STEP_PRESENT) != 0 {
      cells.append(cell)
    }
  }
}

/// The present cells of some rows, so that products can skip the others.
struct PresentIndices: Sendable {
  /// The indices of the cells in order of time: row `n` at step `t` is `t * rows + n`.
  let cells: [UInt32]
  /// The row of each cell.
  private let rows: [UInt32]
  /// The index in `cells` at which each step begins, followed by the end of the last step.
  private let starts: [Int]

  init(steps: Int, rows count: Int, flags: [UInt8]) {
    var (cells, rows, starts): ([UInt32], [UInt32], [Int]) = ([], [], [0])
    for step in 0..<steps {
      for row in 0..<count where flags[step * count + row] & UInt8(TIMESTEP_STEP_PRESENT) != 0 {
        cells.append(UInt32(step * count + row))
        rows.append(UInt32(row))
      }
      starts.append(cells.count)
    }
    (self.cells, self.rows, self.starts) = (cells, rows, starts)
  }

  /// Returns the rows that are present at a step.
  func rows(ofStep step: Int) -> ArraySlice<UInt32> { rows[starts[step]..<starts[step + 1]] }
}
