/// The parameters of one layer as they lie in `coefficients.bin`, and in the same order in each block of
/// `updaterState.bin`.
///
/// Matrices are stored column by column, the kernels of convolutions row by row, with the biases before them.
indirect enum DL4JParameters {
  /// No parameters.
  case none
  /// `W` [inputs, size], then `b` [size] if there are biases.
  case matrix(inputs: Int, size: Int, hasBias: Bool)
  /// `W` [inputs, blocks n], `RW` [n, blocks n (+ 3 columns of peepholes)], `b` [blocks n].
  case recurrent(inputs: Int, size: Int, Gates)
  /// `b` [size], then `W` [size, weights of an output].
  case convolution(weights: Int, size: Int)
  /// All of the forward layer, then all of the backward one.
  case bothDirections(DL4JParameters)

  /// The columns of a recurrent layer's matrices, in blocks of n.
  enum Gates {
    /// One block.
    case simple
    /// Candidate, forget, output and input gate; ours are candidate, forget, input and output gate.
    case lstm
    /// The same, and in `RW` the peepholes of the forget, output and input gate; ours are those of the forget, input
    /// and output gate.
    case graves

    /// Their block for each of ours.
    fileprivate var blocks: [Int] { if case .simple = self { [0] } else { [0, 1, 3, 2] } }

    /// Their column of peepholes for each of our blocks.
    fileprivate var peepholes: [Int] { if case .graves = self { [0, 2, 1] } else { [] } }
  }

  /// The number of parameters.
  var count: Int {
    switch self {
    case .none: 0
    case .matrix(let inputs, let size, let hasBias): (inputs + (hasBias ? 1 : 0)) * size
    case .recurrent(let inputs, let size, let gates):
      (inputs + size + 1) * gates.blocks.count * size + gates.peepholes.count * size
    case .convolution(let weights, let size): (weights + 1) * size
    case .bothDirections(let one): 2 * one.count
    }
  }

  /// Returns the index among their parameters of each of ours.
  func order() -> [Int] {
    switch self {
    case .none: return []
    case .matrix(let inputs, let size, let hasBias):
      let weights = Self.rows(inputs, columns: Array(0..<size), at: 0)
      return hasBias ? weights + Array(inputs * size..<(inputs + 1) * size) : weights
    case .recurrent(let inputs, let size, let gates):
      let columns = gates.blocks.flatMap { Array($0 * size..<($0 + 1) * size) }
      let recurrent = inputs * columns.count
      let peepholes = recurrent + size * columns.count
      let biases = peepholes + size * gates.peepholes.count
      var order = Self.rows(inputs, columns: columns, at: 0)
      order += Self.rows(size, columns: columns, at: recurrent)
      order += columns.map { biases + $0 }
      for column in gates.peepholes { order += peepholes + column * size..<peepholes + (column + 1) * size }
      return order
    case .convolution(let weights, let size): return Array(size..<(weights + 1) * size) + Array(0..<size)
    case .bothDirections(let one):
      let order = one.order()
      return order + order.map { order.count + $0 }
    }
  }

  /// Returns the indices of a matrix that begins at `start` and is stored column by column, row by row.
  private static func rows(_ count: Int, columns: [Int], at start: Int) -> [Int] {
    (0..<count).flatMap { row in columns.map { start + $0 * count + row } }
  }
}
