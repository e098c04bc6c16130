import DataSets
import Networks
import Tensors
import Testing
import Training

/// The results of the bundled network for a batch.
struct ObservedPass {
  /// The outputs of every layer in row-major order; empty if only the gradients are known.
  var activations: [[Double]] = []
  var lossSum: Double
  var penalty: Double
  /// The gradients of the score, by the parameters' names.
  var gradients: [String: Tensor]
}

extension ObservedPass {
  /// Returns the network's results for a batch of whole series.
  init(_ network: MultiLayerNetwork, _ batch: DataSet) throws {
    let (loss, gradients) = try network.gradients(batch)
    self.init(
      activations: try network.feedForward(batch).map(\.doubles), lossSum: loss.sum, penalty: loss.penalty,
      gradients: gradients)
    #expect(try network.score(batch) == loss)
    #expect(try network.output(batch).doubles == Self.output(activations.last ?? [], batch))
  }

  /// Returns the expected result of `output` for the last layer's outputs: the same, or a series' one prediction at the step of its label,
  /// and without a label at its last present step.
  private static func output(_ last: [Double], _ batch: DataSet) -> [Double] {
    let size = batch.labels?.shape[1] ?? 0
    if last.count == batch.exampleCount * size * batch.stepCount && batch.stepCount != 1 { return last }
    let (labels, present) = (batch.labelsMask.lastSteps, batch.stepMask.lastSteps)
    var series = ReferenceSeries(batch.exampleCount, size, batch.stepCount)
    for row in 0..<batch.exampleCount {
      guard let step = labels[row] ?? present[row] else { continue }
      for unit in 0..<size { series[row, unit, step] = last[row * size + unit] }
    }
    return series.values
  }
}

/// Expects that a fast network gives the results of the reference graph for a batch.
///
/// Outputs and losses within 1e-5 of their largest value: some ten roundings of 2^-24 each. Gradients within 1e-4 of the
/// parameter's own largest, and 1e-5 of the largest of all parameters, since a gradient may be a small difference of
/// large ones; and 1e-7 where terms near 1 cancel
/// to nothing, and for the slopes' own error. Outputs of absent steps must be 0 and nothing else.
///
/// - Parameters:
///   - states: The states before step 0 of rows that continue a series.
///   - backwardSteps: The last steps over which errors flow back; all by default.
///   - elementsPerParameter: The number of elements of each gradient to compare; all by default.
func expectMatches(
  _ observed: ObservedPass, _ graph: ReferenceGraph, _ batch: DataSet,
  from states: [Int: [ReferenceState]]? = nil,
  backwardSteps: Int? = nil, elementsPerParameter: Int? = nil, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  func expect(_ condition: Bool, _ what: String) {
    if !condition { Issue.record("\(what) \(comment?.rawValue ?? "")", sourceLocation: sourceLocation) }
  }
  let slow = ReferenceBatch(batch)
  let run = graph.run(slow, from: states)
  expect(
    (observed.lossSum - run.lossSum).magnitude <= 1e-5 * max(run.lossSum.magnitude, 1e-3),
    "the loss is \(observed.lossSum), not \(run.lossSum)")
  expect(
    (observed.penalty - run.penalty).magnitude <= 1e-5 * run.penalty,
    "the penalty is \(observed.penalty), not \(run.penalty)")
  expect(
    observed.activations.isEmpty || observed.activations.count == run.activations.count,
    "\(observed.activations.count) layers of outputs")
  for (index, (values, series)) in zip(observed.activations, run.activations).enumerated() {
    let difference = relativeDifference(values, series.values)
    expect(difference < 1e-5, "layer \(index) gives other outputs, by \(difference)")
    guard series.stepCount == batch.stepCount, difference.isFinite else { continue }
    let mask = batch.stepMask
    let isSilent = values.indices.allSatisfy { place in
      let (row, step) = (place / (series.size * series.stepCount), place % series.stepCount)
      return mask[row, step] || values[place] == 0
    }
    expect(isSilent, "layer \(index) gives something at absent steps")
  }
  let slopes = graph.slopes(
    slow, from: states, backwardSteps: backwardSteps, elementsPerParameter: elementsPerParameter)
  expect(
    observed.gradients.keys.sorted() == slopes.keys.sorted(),
    "gradients of \(observed.gradients.keys.sorted()), not of \(slopes.keys.sorted())")
  let largest = slopes.values.reduce(0) { $1.values.reduce($0) { max($0, $1.magnitude) } }
  let shapes = [String: [Int]](graph.parameterShapes.map { ($0.key, $0.shape) }) { a, _ in a }
  for (key, slopes) in slopes.sorted(by: { $0.key < $1.key }) {
    guard let gradient = observed.gradients[key] else { continue }
    guard gradient.shape == shapes[key] else {
      expect(false, "\(key) has the shape \(gradient.shape), not \(shapes[key] ?? [])")
      continue
    }
    let values = gradient.doubles
    let own = slopes.values.reduce(0) { max($0, $1.magnitude) }
    for (element, slope) in zip(slopes.elements, slopes.values) {
      let difference = (values[element] - slope).magnitude
      // A comparison with NaN is false.
      expect(
        difference <= 1e-4 * own + 1e-5 * largest + 1e-7,
        "the gradient of \(key)[\(element)] is \(values[element]), not \(slope)")
    }
  }
}

extension ReferenceGraph {
  /// Takes the parameters of a network, which must be those of the graph, in the same order.
  mutating func adoptParameters(
    of network: MultiLayerNetwork, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(network.parameterNames == parameterShapes.map(\.key), sourceLocation: sourceLocation)
    for (key, shape) in parameterShapes where network.parameterNames.contains(key) {
      #expect(network[parameter: key].shape == shape, "\(key)", sourceLocation: sourceLocation)
      parameters[key] = network[parameter: key].doubles
    }
  }

  /// Gives a network the graph's parameters; names, shapes and order must be the graph's.
  func giveParameters(to network: inout MultiLayerNetwork, sourceLocation: SourceLocation = #_sourceLocation)
  {
    #expect(network.parameterNames == parameterShapes.map(\.key), sourceLocation: sourceLocation)
    for (key, shape) in parameterShapes where network.parameterNames.contains(key) {
      guard network[parameter: key].shape == shape else {
        Issue.record("\(key): \(network[parameter: key].shape), not \(shape)", sourceLocation: sourceLocation)
        continue
      }
      network[parameter: key] = Tensor(shape: shape, elements: (parameters[key] ?? []).map { Float($0) })
    }
  }
}

/// Trains on pieces and expects each to move the parameters as the slow graph says: state carried from piece to piece as
/// it was before the update, gradients through the piece's last steps only.
///
/// - Parameters:
///   - network: With stochastic gradient descent at rate 1, so that a parameter moves by its gradient.
///   - graph: The same layers; it follows the network's parameters.
///   - backwardSteps: The last steps of a piece over which errors flow back.
func expectPiecesMatch(
  _ network: MultiLayerNetwork, _ graph: ReferenceGraph, _ batch: DataSet, piecesOf steps: Int,
  backwardSteps: Int,
  elementsPerParameter: Int? = nil, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var (network, graph) = (network, graph)
  var states = graph.zeroStates(batch.exampleCount)
  for piece in batch.pieces(of: steps) {
    graph.adoptParameters(of: network, sourceLocation: sourceLocation)
    let before = network
    let loss = try network.fit(piece)
    #expect((loss == nil) == (piece.labelsMask.count == 0), comment, sourceLocation: sourceLocation)
    if let loss {
      var gradients: [String: Tensor] = [:]
      for key in network.parameterNames {
        let (old, new) = (before[parameter: key], network[parameter: key])
        gradients[key] = Tensor(shape: old.shape, elements: zip(old.elements, new.elements).map { $0 - $1 })
      }
      // The move of a parameter near 1 is known to 2^-24: hundreds of times the slopes' error, below 1e-5 of
      // gradients.
      expectMatches(
        ObservedPass(lossSum: loss.sum, penalty: loss.penalty, gradients: gradients), graph, piece,
        from: states,
        backwardSteps: backwardSteps, elementsPerParameter: elementsPerParameter, comment,
        sourceLocation: sourceLocation)
    } else {
      #expect(network.bits == before.bits, comment, sourceLocation: sourceLocation)
    }
    states = graph.run(ReferenceBatch(piece), from: states).states
  }
}
