import CNetworkKernels

/// The cells of some rows at which something happens, so that products leave the others out.
struct PresentIndices: Sendable {
  /// Their numbers in the order of time: row `n` at step `t` is `t * rows + n`.
  let cells: [UInt32]
  /// The row of each.
  private let rows: [UInt32]
  /// Where the cells of each step begin, and behind the last step's.
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

  /// The rows at which something happens at a step.
  func rows(ofStep step: Int) -> ArraySlice<UInt32> { rows[starts[step]..<starts[step + 1]] }
}
