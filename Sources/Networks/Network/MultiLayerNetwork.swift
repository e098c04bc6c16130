import DataSets
import Platform
import Synchronization
import Tensors
import Training

/// A stack of layers with a loss at the end, trained by back-propagation through time.
///
/// ```swift
/// var network = try MultiLayerNetwork(
///   inputs: .recurrent(size: 3), seed: 12345, updater: .adam(learningRate: 0.003)
/// ) {
///   LSTM(200, activation: .tanh)
///   RNNOutput(4, activation: .softmax, loss: .multiClassCrossEntropy)
/// }
/// ```
/// It is a value: a copy learns independently. The same seed and the same batches give the same parameters,
/// bit for bit, for any number of threads.
public struct MultiLayerNetwork: Sendable {
  /// Everything but the parameters.
  public let configuration: NetworkConfiguration
  /// The number of updates made.
  public internal(set) var iteration = 0
  /// The epoch that training is in, from 0, which schedules by epoch use.
  public internal(set) var epoch = 0
  /// True if every update leaves its report in `lastUpdate`.
  public var reportsUpdates = false
  /// The report of the last update; `nil` before the first one, and if updates make no reports.
  public internal(set) var lastUpdate: UpdateReport?
  /// True if `restore` accepts a checkpoint of a run with another learning rate, and keeps this network's.
  public var acceptsOtherLearningRate = false
  /// The factor of every learning rate, beside its schedule.
  public var rateScale: Float = 1
  /// The parameters of each layer, one after the other.
  var parameters: [[Float]] { didSet { rnnStepper = nil } }
  var updaterStates: [UpdaterState]
  /// The state after the last piece that was trained on; `nil` before any.
  package var carriedState: State?
  /// The state after the last `rnnTimeStep`; `nil` before the first one, and after clearing.
  public internal(set) var rnnState: State?
  /// The computation of `rnnTimeStep`'s steps of one row.
  ///
  /// The outer value is `nil` before the first step and after a change of parameters, the inner one if a
  /// layer has no specialized computation for single steps.
  var rnnStepper: NetworkStepper??
  let plan: NetworkPlan
  let workers: WorkerPool
  let shares: BatchSharePool

  /// Makes a network with fresh parameters.
  ///
  /// - Parameters:
  ///   - inputs: The input of the first layer.
  ///   - seed: The seed for the initial parameter values and the noise of training.
  ///   - updater: The optimizer, unless a layer has its own.
  ///   - weights: The initialization of the weights, unless a layer has its own.
  ///   - backpropagation: The distance that errors flow back: through whole series, or pieces of them.
  ///   - gradientLimit: The limit that is applied to gradients.
  ///   - l1: The L1 factor of the penalty in the score: l1 * sum |w| over weights, not biases.
  ///   - l2: The L2 factor of the penalty in the score: l2/2 * sum w^2 over weights, not biases.
  ///   - workers: The pool whose threads compute.
  ///   - layers: The layers, from the input on; the last one has the loss.
  /// - Throws: `NetworkError` if the layers do not form a valid network, naming the layer.
  public init(
    inputs: InputType, seed: UInt64, updater: Updater, weights: WeightInitialization = .xavier,
    backpropagation: NetworkConfiguration.Backpropagation = .full,
    gradientLimit: NetworkConfiguration.GradientLimit = .none, l1: Float = 0,
    l2: Float = 0, workers: WorkerPool = .shared, @LayerBuilder layers: () -> [NetworkLayer]
  ) throws(NetworkError) {
    try self.init(
      NetworkConfiguration(
        inputs: inputs, layers: layers(), seed: seed, updater: updater, weights: weights,
        backpropagation: backpropagation, gradientLimit: gradientLimit, l1: l1, l2: l2), workers: workers)
  }

  /// Makes a network with fresh parameters for the data of a contract.
  ///
  /// ```swift
  /// var network = try MultiLayerNetwork(for: batches.contract, updater: .adam(learningRate: 0.003)) {
  /// LSTM(64) }
  /// ```
  /// The contract determines the number of inputs. If the last layer is not an output layer, one is added:
  /// `DenseOutputLayer.init(for:classWeights:)` describes its activation and loss. It predicts once per
  /// series after a layer that leaves one value per series, and at every step after any other layer.
  ///
  /// - Parameters:
  ///   - contract: The properties of the data.
  ///   - seed: The seed for the initial parameter values and the noise of training.
  ///   - updater: The optimizer, unless a layer has its own.
  ///   - weights: The initialization of the weights, unless a layer has its own.
  ///   - backpropagation: The distance that errors flow back: through whole series, or pieces of them.
  ///   - gradientLimit: The limit that is applied to gradients.
  ///   - l1: The L1 factor of the penalty in the score: l1 * sum |w| over weights, not biases.
  ///   - l2: The L2 factor of the penalty in the score: l2/2 * sum w^2 over weights, not biases.
  ///   - loss: The loss of an added output layer; `nil`: the one that is usual for such labels.
  ///   - classWeights: The factor of each class's term in the loss; if empty, those of the output layer, or 1.
  ///   - workers: The pool whose threads compute.
  ///   - layers: The layers, from the input on.
  /// - Throws: `NetworkError` if the data has no labels that an output layer could follow from, or the layers
  ///   do not form a valid network.
  public init(
    for contract: DataContract, seed: UInt64 = 0, updater: Updater = .adam(learningRate: 0.001),
    weights: WeightInitialization = .xavier, backpropagation: NetworkConfiguration.Backpropagation = .full,
    gradientLimit: NetworkConfiguration.GradientLimit = .none, l1: Float = 0, l2: Float = 0,
    loss: Loss? = nil, classWeights: [Float] = [],
    workers: WorkerPool = .shared, @LayerBuilder layers: () -> [NetworkLayer]
  ) throws(NetworkError) {
    let configuration = NetworkConfiguration(
      inputs: .recurrent(size: contract.columns.count), layers: layers(), seed: seed, updater: updater,
      weights: weights, backpropagation: backpropagation, gradientLimit: gradientLimit, l1: l1, l2: l2)
    try self.init(configuration, for: contract, loss: loss, classWeights: classWeights, workers: workers)
  }

  /// Makes a network from a configuration, with fresh parameters, and with an output layer for the labels of a contract
  /// if it has none.
  ///
  /// - Parameters:
  ///   - configuration: The layers, and how they are trained.
  ///   - contract: The properties of the data.
  ///   - loss: The loss of an added output layer; `nil`: the one that is usual for such labels.
  ///   - classWeights: The factor of each class's term in the loss; if empty, those of the output layer, or 1.
  ///   - workers: The pool whose threads compute.
  /// - Throws: `NetworkError` if the data has no labels that an output layer could follow from, or the layers do not form
  ///   a valid network.
  public init(
    _ configuration: NetworkConfiguration, for contract: DataContract, loss: Loss? = nil,
    classWeights: [Float] = [], workers: WorkerPool = .shared
  ) throws(NetworkError) {
    var configuration = configuration
    if let output = configuration.layers.last?.layer as? any DenseOutputLayer {
      if !classWeights.isEmpty {
        configuration.layers[configuration.layers.count - 1].layer = output.weighted(classWeights)
      }
    } else if !(configuration.layers.last?.layer is any OutputLayer) {
      let output: any Layer
      if configuration.layers.contains(where: { $0.layer is any SeriesEndingLayer }) {
        output = try SeriesOutput(for: contract, loss: loss, classWeights: classWeights)
      } else {
        output = try RNNOutput(for: contract, loss: loss, classWeights: classWeights)
      }
      configuration.layers.append(NetworkLayer(output))
    }
    try self.init(configuration, workers: workers)
  }

  /// Makes a network from a configuration, with fresh parameters.
  ///
  /// - Throws: `NetworkError` if the layers do not form a valid network, or do not fit in memory.
  public init(_ configuration: NetworkConfiguration, workers: WorkerPool = .shared) throws(NetworkError) {
    let plan = try configuration.plan()
    try plan.checkMemory()
    var generator = SplitMix64(seed: configuration.seed)
    var parameters: [[Float]] = []
    for (entry, specifications) in zip(configuration.layers, plan.specifications) {
      let weights = entry.weights ?? configuration.weights
      parameters.append(
        specifications.flatMap {
          $0.initialization.values(shape: $0.shape, weights: weights, using: &generator)
        })
    }
    self.init(configuration, plan, parameters: parameters, workers: workers)
  }

  /// Makes a network from a configuration, its plan and existing parameters, layer by layer.
  init(
    _ configuration: NetworkConfiguration, _ plan: NetworkPlan, parameters: [[Float]], workers: WorkerPool
  ) {
    (self.configuration, self.plan) = (configuration, plan)
    (self.parameters, self.workers) = (parameters, workers)
    updaterStates = [UpdaterState](repeating: UpdaterState(), count: parameters.count)
    shares = BatchSharePool(configuration, plan)
  }

  /// The number of outputs.
  public var outputSize: Int { plan.output.type.size }

  /// The number of parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The parameters' names, such as `layer0.W`, in memory order.
  public var parameterNames: [String] { plan.places.map(\.name) }

  /// A parameter by its name, such as `layer0.W`.
  public subscript(parameter name: String) -> Tensor {
    get {
      let place = place(of: name)
      return Tensor(shape: place.specification.shape, elements: Array(parameters[place.layer][place.range]))
    }
    set {
      let place = place(of: name)
      let shape = place.specification.shape
      precondition(newValue.shape == shape, "\(name) has the shape \(shape), not \(newValue.shape)")
      parameters[place.layer].replaceSubrange(place.range, with: newValue.ordered(.c).elements)
    }
  }

  private func place(of name: String) -> ParameterPlace {
    guard let place = plan.places.first(where: { $0.name == name }) else {
      preconditionFailure("no parameter \(name); there are \(parameterNames.joined(separator: ", "))")
    }
    return place
  }
}

/// The range of a parameter among those of its layer.
struct ParameterPlace: Sendable {
  /// The name in the network, such as `layer0.W`.
  let name: String
  let layer: Int
  let range: Range<Int>
  let specification: ParameterSpecification
}

/// A pool of shares that no thread currently uses.
final class BatchSharePool: Sendable {
  private let configuration: NetworkConfiguration
  private let plan: NetworkPlan
  private let idle = Mutex<[BatchShare]>([])
  /// The number of values that the shares keep for each step of a row: in a pass forwards, and in one back
  /// too.
  let valuesPerStep: (forward: Int, both: Int)
  /// The bytes of the gradients of a share.
  private let gradientBytes: Double
  /// The bytes of the largest batch so far, whose buffers are reused.
  let largestBatch = Mutex(0.0)

  init(_ configuration: NetworkConfiguration, _ plan: NetworkPlan) {
    (self.configuration, self.plan) = (configuration, plan)
    valuesPerStep = BatchShare.valuesPerStep(configuration, plan)
    gradientBytes = plan.parameterCount * Double(MemoryLayout<Float>.stride)
  }

  /// Returns the bytes of the gradients that are allocated if `count` shares are taken.
  func newBytes(taking count: Int) -> Double {
    gradientBytes * Double(max(0, count - idle.withLock { $0.count }))
  }

  /// Takes a share from the pool; give it back with `put`.
  func take() -> BatchShare { idle.withLock { $0.popLast() } ?? BatchShare(configuration, plan) }

  /// Gives a share back.
  func put(_ share: BatchShare) { idle.withLock { $0.append(share) } }
}

extension MultiLayerNetwork {
  /// A result builder that lists layers, one per line.
  @resultBuilder
  public enum LayerBuilder {
    /// Collects the layers.
    public static func buildBlock(_ groups: [NetworkLayer]...) -> [NetworkLayer] { groups.flatMap { $0 } }
    /// Adds one layer.
    public static func buildExpression(_ layer: any Layer) -> [NetworkLayer] { [NetworkLayer(layer)] }
    /// Adds one layer with its settings.
    public static func buildExpression(_ layer: NetworkLayer) -> [NetworkLayer] { [layer] }
    /// Adds layers made in a loop.
    public static func buildArray(_ groups: [[NetworkLayer]]) -> [NetworkLayer] { groups.flatMap { $0 } }
    /// Adds layers under a condition.
    public static func buildOptional(_ layers: [NetworkLayer]?) -> [NetworkLayer] { layers ?? [] }
    /// Adds layers of the first branch.
    public static func buildEither(first layers: [NetworkLayer]) -> [NetworkLayer] { layers }
    /// Adds layers of the second branch.
    public static func buildEither(second layers: [NetworkLayer]) -> [NetworkLayer] { layers }
  }
}
