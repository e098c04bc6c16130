/// The arrangement of the values of one step.
enum GraphShape: Hashable, Codable, Sendable {
  case vector(size: Int)
  /// Channel, then row, then column.
  case image(channels: Int, height: Int, width: Int)

  var size: Int {
    switch self {
    case .vector(let size): return size
    case .image(let channels, let height, let width): return channels * height * width
    }
  }
}

/// The way in which a bidirectional layer joins its two directions.
enum GraphMerge: String, CaseIterable, Codable, Sendable {
  case concatenate, sum, mean, product
}

/// The way in which several values become one.
enum GraphPooling: String, CaseIterable, Codable, Sendable {
  case max, mean, sum, pNorm
}

/// The window of a convolution or a pooling; rows first, columns second.
struct GraphWindow: Hashable, Codable, Sendable {
  var kernel: [Int]
  var stride = [1, 1]
  var padding = [0, 0]

  /// Returns the number of window positions along an axis of the image.
  func places(_ size: Int, axis: Int) -> Int { (size + 2 * padding[axis] - kernel[axis]) / stride[axis] + 1 }

  /// Calls `body` for every cell of the window at a position, with its index in the kernel and its location.
  func forEachCell(
    at place: (row: Int, column: Int), _ body: (_ cell: Int, _ row: Int, _ column: Int) -> Void
  ) {
    for i in 0..<kernel[0] {
      for j in 0..<kernel[1] {
        body(
          i * kernel[1] + j, place.row * stride[0] - padding[0] + i,
          place.column * stride[1] - padding[1] + j)
      }
    }
  }
}

/// One layer of a `ReferenceGraph`.
///
/// As JSON: `{"gru": {"size": 5, "activation": "tanh", "gate": "sigmoid"}}`, every value written.
indirect enum GraphLayer: Hashable, Codable, Sendable {
  case lstm(size: Int, activation: GraphActivation = .tanh, gate: GraphActivation = .sigmoid)
  case graves(size: Int, activation: GraphActivation = .tanh, gate: GraphActivation = .sigmoid)
  case simpleRNN(size: Int, activation: GraphActivation = .tanh)
  case gru(size: Int, activation: GraphActivation = .tanh, gate: GraphActivation = .sigmoid)
  case bidirectional(of: GraphLayer, merge: GraphMerge)
  case dense(size: Int, activation: GraphActivation)
  case convolution(channels: Int, window: GraphWindow, activation: GraphActivation)
  case subsampling(by: GraphPooling, window: GraphWindow)
  case embedding(classes: Int, size: Int)
  case dropout
  case lastTimeStep
  /// Each direction of the bidirectional layer before it at its own last step.
  case ownLastStep
  case globalPooling(by: GraphPooling, order: Double)
  /// One prediction per step.
  case rnnOutput(size: Int, activation: GraphActivation, loss: GraphLoss, weights: [Double]?)
  /// One prediction per series.
  case output(size: Int, activation: GraphActivation, loss: GraphLoss, weights: [Double]?)
}

extension GraphLayer {
  /// Returns the shape of a step after the layer.
  func outputShape(_ input: GraphShape) -> GraphShape {
    switch self {
    case .lstm(let size, _, _), .graves(let size, _, _), .simpleRNN(let size, _), .gru(let size, _, _),
      .dense(let size, _), .embedding(_, let size), .rnnOutput(let size, _, _, _), .output(let size, _, _, _):
      return .vector(size: size)
    case .bidirectional(let layer, let merge):
      let size = layer.outputShape(input).size
      return .vector(size: merge == .concatenate ? 2 * size : size)
    case .convolution(let channels, let window, _):
      guard case .image(_, let height, let width) = input else { preconditionFailure("no image comes in") }
      return .image(
        channels: channels, height: window.places(height, axis: 0), width: window.places(width, axis: 1))
    case .subsampling(_, let window):
      guard case .image(let channels, let height, let width) = input else {
        preconditionFailure("no image comes in")
      }
      return .image(
        channels: channels, height: window.places(height, axis: 0), width: window.places(width, axis: 1))
    case .dropout: return input
    case .lastTimeStep, .ownLastStep, .globalPooling: return .vector(size: input.size)
    }
  }

  /// The layer's parameters in the order they lie in memory, row-major.
  func parameterShapes(_ input: GraphShape) -> [(name: String, shape: [Int])] {
    let c = input.size
    switch self {
    case .lstm(let n, _, _): return [("W", [c, 4 * n]), ("R", [n, 4 * n]), ("b", [4 * n])]
    case .graves(let n, _, _):
      return [("W", [c, 4 * n]), ("R", [n, 4 * n]), ("b", [4 * n]), ("p", [3 * n])]
    case .simpleRNN(let n, _): return [("W", [c, n]), ("R", [n, n]), ("b", [n])]
    case .gru(let n, _, _): return [("W", [c, 3 * n]), ("R", [n, 3 * n]), ("b", [3 * n]), ("rb", [n])]
    case .bidirectional(let layer, _):
      let shapes = layer.parameterShapes(input)
      return shapes.map { ("forward.\($0.name)", $0.shape) }
        + shapes.map { ("backward.\($0.name)", $0.shape) }
    case .dense(let n, _), .rnnOutput(let n, _, _, _), .output(let n, _, _, _):
      return [("W", [c, n]), ("b", [n])]
    case .convolution(let channels, let window, _):
      guard case .image(let inputs, _, _) = input else { preconditionFailure("no image comes in") }
      return [("W", [channels, inputs] + window.kernel), ("b", [channels])]
    case .embedding(let classes, let n): return [("W", [classes, n])]
    case .subsampling, .dropout, .lastTimeStep, .ownLastStep, .globalPooling: return []
    }
  }

  /// The sizes of h and c, for layers that carry state from piece to piece; nil for others.
  var stateSizes: (h: Int, c: Int)? {
    switch self {
    case .lstm(let n, _, _), .graves(let n, _, _): return (n, n)
    case .simpleRNN(let n, _), .gru(let n, _, _): return (n, 0)
    default: return nil
    }
  }

  /// True if the output has one step per row, for any input.
  var endsSeries: Bool {
    switch self {
    case .lastTimeStep, .ownLastStep, .globalPooling: return true
    default: return false
    }
  }
}
