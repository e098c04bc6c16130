import Tensors

/// The order of the axes of the tensors of a saved batch.
public enum TensorLayout: String, Sendable, Hashable, Codable, CaseIterable {
  /// Examples, columns, steps: the layout used by Timestep.
  case nct = "NCT"
  /// Examples, steps, columns: the layout expected by PyTorch (batch first) and Keras.
  case ntc = "NTC"

  /// Returns `tensor`, `[N, C, T]`, with its axes in this order and its elements in C order.
  func arranged(_ tensor: Tensor) -> Tensor {
    switch self {
    case .nct: return tensor.ordered(.c)
    case .ntc:
      // The elements of [N, T, C] in C order.
      var result = Tensor(shape: [tensor.shape[0], tensor.shape[2], tensor.shape[1]])
      Self.swapAxes(tensor, into: &result)
      return result
    }
  }

  /// Returns a tensor whose axes are in this order as `[N, C, T]`, with every step a matrix.
  func restored(_ tensor: Tensor) -> Tensor {
    switch self {
    case .nct: return tensor.ordered(.timeMajor)
    case .ntc:
      var result = Tensor(shape: [tensor.shape[0], tensor.shape[2], tensor.shape[1]], order: .timeMajor)
      Self.swapAxes(tensor, into: &result)
      return result
    }
  }

  /// Sets `result[n, b, a] = tensor[n, a, b]`.
  private static func swapAxes(_ tensor: Tensor, into result: inout Tensor) {
    let from = tensor.strides
    let to = result.strides
    let (n, a, b) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
    let elements = tensor.elements
    result.withMutableSpan { span in
      for row in 0..<n {
        for first in 0..<a {
          var source = row * from[0] + first * from[1]
          var target = row * to[0] + first * to[2]
          for _ in 0..<b {
            span[target] = elements[source]
            source &+= from[2]
            target &+= to[1]
          }
        }
      }
    }
  }
}
