import Tensors

extension Tensor {
  /// Sets all columns of row `row` to 0 at `steps`; the shape is `[N, C, T]`.
  mutating func clear(row: Int, steps: Range<Int>) {
    for step in steps {
      for column in 0..<shape[1] { self[row, column, step] = 0 }
    }
  }
}
