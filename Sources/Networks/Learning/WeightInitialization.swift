import DataSets
import Glibc

/// The distribution from which the initial weights of a network are drawn.
///
/// `fanIn` and `fanOut` are the numbers of inputs and outputs of a weight matrix. A matrix of several gates
/// (`[inputs, 4n]` of an LSTM) counts as one matrix `[inputs, n]` for each.
public enum WeightInitialization: Sendable, Hashable, Codable {
  /// 0; all units then learn the same, unless something else differs.
  case zero
  /// 1.
  case ones
  /// One value for all weights.
  case constant(Float)
  /// Normal with mean 0.
  case normal(deviation: Float)
  /// Uniform in [-limit, limit).
  case uniform(limit: Float)
  /// Normal with standard deviation sqrt(2 / (fanIn + fanOut)) (Glorot & Bengio 2010).
  case xavier
  /// Uniform with limit sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, equation 16).
  case xavierUniform
  /// Normal with standard deviation sqrt(1 / fanIn): Xavier's for the forward pass alone.
  case xavierFanIn
  /// Normal with standard deviation sqrt(2 / fanIn), for rectifiers (He, Zhang, Ren & Sun 2015, equation 10).
  case relu
  /// Uniform with limit sqrt(6 / fanIn), for rectifiers: the same deviation as `relu`.
  case reluUniform
  /// Normal with standard deviation sqrt(1 / fanIn) (LeCun, Bottou, Orr & Müller 1998, equation 16); for
  /// SELU.
  case leCunNormal
  /// Uniform with limit sqrt(3 / fanIn): the same deviation as `leCunNormal`.
  case leCunUniform
  /// Uniform with limit 4 sqrt(6 / (fanIn + fanOut)), for the logistic function (Glorot & Bengio 2010, as
  /// Theano's tutorials scale it).
  case sigmoidUniform
  /// The identity matrix, for each gate; only for recurrent layers with as many units as inputs.
  case identity
  /// A random orthogonal matrix, for each gate, times `gain` (Saxe, McClelland & Ganguli 2014).
  ///
  /// Rows, or columns if there are fewer of those, are orthogonal to each other, with the length `gain`. A
  /// convolution's weights count as one row per output channel.
  case orthogonal(gain: Float = 1)

  /// The reason why the numbers of the initialization are invalid, in words; `nil` if they are valid.
  var problem: String? {
    switch self {
    case .constant(let value) where !value.isFinite:
      return "initial weights of \(value); they must be finite"
    case .normal(let deviation) where !(deviation >= 0 && deviation.isFinite):
      return "initial weights with a deviation of \(deviation); it must be finite and not negative"
    case .uniform(let limit) where !(limit >= 0 && limit.isFinite):
      return "initial weights with a limit of \(limit); it must be finite and not negative"
    case .orthogonal(let gain) where !gain.isFinite:
      return "initial weights with a gain of \(gain); it must be finite"
    default: return nil
    }
  }

  /// Returns the reason why a parameter cannot be initialized this way, in words; `nil` if it can.
  func problem(for matrix: WeightMatrix, _ name: String) -> String? {
    guard self == .identity, matrix.rows != matrix.columns || matrix.isTransposed else { return nil }
    return
      "the initial weights \(name) cannot be the identity, because they take \(matrix.fanIn) values and give "
      + "\(matrix.fanOut); the identity requires a square matrix: choose another initialization"
  }

  /// Draws the weights of a matrix, in the order they lie in memory.
  func values(_ matrix: WeightMatrix, using generator: inout SplitMix64) -> [Float] {
    let (fanIn, fanOut) = (Double(matrix.fanIn), Double(matrix.fanOut))
    func normals(_ variance: Double) -> [Float] {
      let deviation = variance.squareRoot()
      return (0..<matrix.count).map { _ in Float(gaussian(using: &generator) * deviation) }
    }
    func uniforms(_ limit: Double) -> [Float] {
      (0..<matrix.count).map { _ in Float(Double.random(in: -1..<1, using: &generator) * limit) }
    }
    switch self {
    case .zero: return [Float](repeating: 0, count: matrix.count)
    case .ones: return [Float](repeating: 1, count: matrix.count)
    case .constant(let value): return [Float](repeating: value, count: matrix.count)
    case .normal(let deviation): return normals(Double(deviation) * Double(deviation))
    case .uniform(let limit): return uniforms(Double(limit))
    case .xavier: return normals(2 / (fanIn + fanOut))
    case .xavierUniform: return uniforms((6 / (fanIn + fanOut)).squareRoot())
    case .xavierFanIn, .leCunNormal: return normals(1 / fanIn)
    case .relu: return normals(2 / fanIn)
    case .reluUniform: return uniforms((6 / fanIn).squareRoot())
    case .leCunUniform: return uniforms((3 / fanIn).squareRoot())
    case .sigmoidUniform: return uniforms(4 * (6 / (fanIn + fanOut)).squareRoot())
    case .identity:
      return matrix.joining((0..<matrix.blocks).map { _ in { row, column in row == column ? 1 : 0 } })
    case .orthogonal(let gain):
      return matrix.joining(
        (0..<matrix.blocks).map { _ in
          let block = orthogonalMatrix(rows: matrix.rows, columns: matrix.columns) {
            gaussian(using: &generator)
          }
          return { row, column in gain * block[row * matrix.columns + column] }
        })
    }
  }
}

/// Returns a number from the standard normal distribution, by the transform of Box & Muller (1958).
private func gaussian(using generator: inout SplitMix64) -> Double {
  // 1 - u is in (0, 1], so that its logarithm is finite.
  let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
  return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
}
