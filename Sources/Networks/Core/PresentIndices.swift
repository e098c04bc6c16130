import CNetworkKernels

/// The present cells of some rows, so that products can skip the others.
struct PresentIndices: Sendable {
  /// The indices of the cells in order of time: row `n` at step `t` is `t * rows + n`.
  let cells: [UInt32]
  /// The row of each cell.
  private let rows: [UInt32]
  /// The index in `cells` at which each step begins, followed by the end of the last step.
  private let starts: [Int]

  init(steps: Int, rows count: Int, codes: [UInt8]) {
    var (cells, rows, starts): ([UInt32], [UInt32], [Int]) = ([], [], [0])
    for step in 0..<steps {
      for row in 0..<count where codes[step * count + row] & UInt8(TIMESTEP_STEP_PRESENT) != 0 {
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
