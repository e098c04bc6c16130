/// The division of a parameter's weights into matrices: one per gate, side by side.
struct WeightMatrix {
  /// The number of inputs of a matrix.
  let fanIn: Int
  let fanOut: Int
  /// The number of rows of every matrix.
  let rows: Int
  /// The number of columns of every matrix.
  let columns: Int
  /// The number of matrices, side by side as column blocks.
  let blocks: Int
  /// True if each row holds the weights of one output, as in a convolution.
  let isTransposed: Bool

  /// The number of weights.
  var count: Int { rows * columns * blocks }

  /// Finds the matrices in a parameter of the given shape.
  ///
  /// The shape is `[inputs, blocks * fanOut]`, or, if the rank is not 2, that of a convolution, `[outputs,
  /// ...]`.
  init(shape: [Int], fanIn: Int, fanOut: Int) {
    (self.fanIn, self.fanOut) = (fanIn, fanOut)
    let rest = shape.dropFirst().reduce(1, *)
    isTransposed = shape.count != 2
    rows = shape.first ?? 1
    blocks = !isTransposed && fanOut > 0 && rest.isMultiple(of: fanOut) ? rest / fanOut : 1
    columns = rest / blocks
  }

  /// Returns the weights of all matrices as they lie in memory.
  func joining(_ elements: [(_ row: Int, _ column: Int) -> Float]) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count)
    for row in 0..<rows {
      for block in elements {
        for column in 0..<columns { values.append(block(row, column)) }
      }
    }
    return values
  }
}

/// Returns a random matrix whose rows, or columns if there are fewer of those, are orthogonal and of length
/// 1.
///
/// Gram-Schmidt on normal vectors, which makes every orthogonal matrix equally likely. Each vector is
/// processed twice, after which nothing but rounding is left of the others (Giraud, Langou & Rozložník 2005).
/// - Returns: [rows, columns], row-major.
func orthogonalMatrix(rows: Int, columns: Int, normal: () -> Double) -> [Float] {
  let (count, length) = (min(rows, columns), max(rows, columns))
  var vectors: [[Double]] = []
  while vectors.count < count {
    var vector = (0..<length).map { _ in normal() }
    let before = dot(vector, vector).squareRoot()
    for _ in 0..<2 {
      for other in vectors {
        let share = dot(vector, other)
        for index in vector.indices { vector[index] -= share * other[index] }
      }
    }
    let norm = dot(vector, vector).squareRoot()
    // A vector that lies in the span of the others has no direction of its own: another one is drawn.
    guard norm > 1e-8 * before else { continue }
    vectors.append(vector.map { $0 / norm })
  }
  return (0..<rows * columns).map { index in
    let (row, column) = (index / columns, index % columns)
    return Float(rows <= columns ? vectors[row][column] : vectors[column][row])
  }
}

/// Returns the dot product, computed in four sums, because each addition to a single sum would wait for the
/// last.
private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var (w, x, y, z) = (0.0, 0.0, 0.0, 0.0)
  let whole = a.count & ~3
  for index in stride(from: 0, to: whole, by: 4) {
    w += a[index] * b[index]
    x += a[index + 1] * b[index + 1]
    y += a[index + 2] * b[index + 2]
    z += a[index + 3] * b[index + 3]
  }
  for index in whole..<a.count { w += a[index] * b[index] }
  return w + x + y + z
}
