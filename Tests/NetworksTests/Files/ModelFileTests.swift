import DataSets
import Networks
import Platform
import Sequences
import TensorFiles
import Tensors
import Testing
import Training

/// Models saved and read again.
@Suite struct ModelFileTests {
  @Test(arguments: [ModelScratch.contract, nil])
  func roundTrip(contract: DataContract?) throws {
    let scratch = try ModelScratch()
    let (path, network) = try scratch.model(contract: contract)
    let read = try ModelFile(path)
    #expect(read.contract == contract)
    #expect(read.network.iteration == 3)
    #expect(read.network.bits == network.bits)
    var random = SplitMix64(seed: 9)
    let batch = randomBatch((70, 3, 5), outputs: 2, loss: .meanSquaredError, masks: .gaps, using: &random)
    #expect(try read.network.output(batch).bits == network.output(batch).bits)
    #expect(try read.network.score(batch) == network.score(batch))
    // The bytes are the same too, however often.
    try read.save(to: scratch.path("again"))
    #expect(try scratch.bytes(scratch.path("again")) == scratch.bytes(path))
  }

  /// A model of version 3 has read both directions at the last step, and does so still.
  @Test(arguments: LastTimeStep.BackwardStep.allCases)
  func bothDirectionsOfEarlierVersions(backward: LastTimeStep.BackwardStep) throws {
    let scratch = try ModelScratch()
    let network = try MultiLayerNetwork(
      inputs: .recurrent(size: 3), seed: 2, updater: .sgd(learningRate: 1)
    ) {
      Bidirectional(GRU(4))
      LastTimeStep(backward: backward)
      SeriesOutput(2, activation: .identity, loss: .meanSquaredError)
    }
    let path = scratch.path("both")
    try ModelFile(network: network, contract: nil).save(to: path)
    let earlier = try scratch.rewrite(path) { metadata, _ in
      metadata["version"] = "3"
      metadata["network"] = metadata["network"]?.replacing(#""backward":"\#(backward.rawValue)","#, with: "")
    }
    var random = SplitMix64(seed: 9)
    let batch = randomBatch(
      (5, 3, 6), outputs: 2, loss: .meanSquaredError, masks: .manyToOne, using: &random)
    let read = try ModelFile(earlier).network
    #expect(read.configuration.layers[1] == NetworkLayer(LastTimeStep(backward: .last)))
    let isSame = try read.feedForward(batch).map(\.bits) == network.feedForward(batch).map(\.bits)
    #expect(isSame == (backward == .last))
    #expect(try ModelFile(path).network.configuration == network.configuration)
  }

  /// The examples that normalizers were fitted on are read again; older files, without them, are read too.
  @Test func lineages() throws {
    let scratch = try ModelScratch()
    var contract = ModelScratch.contract
    let lineage = Lineage((0..<1000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 })
    contract.featuresNormalizer = AffineNormalizer(shift: [1, 2, 3], scale: [4, 5, 6], lineage: lineage)
    let (path, _) = try scratch.model(contract: contract)
    let read = try #require(try ModelFile(path).contract)
    #expect(read == ModelScratch.contract, "a contract does not require it")
    #expect(read.featuresNormalizer?.lineage == lineage)
    #expect(read.labelsNormalizer?.lineage.isEmpty == true)
    // As written by a program before lineages existed.
    let old = try scratch.rewrite(path) { metadata, _ in
      let text = metadata["contract"] ?? ""
      let parts = text.split(separator: "\"lineage\":", maxSplits: 1)
      #expect(parts.count == 2)
      metadata["contract"] = String(parts[0] + (parts.last ?? "").drop { $0 != "," }.dropFirst())
    }
    let before = try #require(try ModelFile(old).contract)
    #expect(before == read && before.featuresNormalizer?.lineage.isEmpty == true)
  }

  /// Every setting survives.
  @Test func configurations() throws {
    let scratch = try ModelScratch()
    let limits: [NetworkConfiguration.GradientLimit] = [
      .none, .elements(0.5), .layerNorm(1.5), .parameterNorm(2), .globalNorm(3), .renormalizedLayer,
      .renormalizedParameter,
    ]
    for (index, limit) in limits.enumerated() {
      let isEven = index % 2 == 0
      let network = try MultiLayerNetwork(
        inputs: .recurrent(size: 2), seed: .max - UInt64(index),
        updater: isEven
          ? .sgd(learningRate: 0.1) : .adam(learningRate: 0.003, beta1: 0.8, beta2: 0.99, epsilon: 1e-7),
        backpropagation: isEven ? .full : .truncated(forward: 7, backward: 3), gradientLimit: limit,
        l1: 0.1, l2: 1e-20
      ) {
        LSTM(3, activation: isEven ? .tanh : .relu, forgetBias: 0.1)
        GravesLSTM(2, activation: .sigmoid, forgetBias: -2)
        LSTM(2, activation: .identity)
        RNNOutput(2, activation: .sigmoid, loss: .binaryCrossEntropy)
      }
      let path = scratch.path("\(index)")
      try ModelFile(network: network, contract: nil).save(to: path)
      let read = try ModelFile(path).network
      #expect(read.bits == network.bits)
      #expect(read.configuration.seed == network.configuration.seed)
      #expect(read.configuration.updater == network.configuration.updater)
      #expect(read.configuration.backpropagation == network.configuration.backpropagation)
      #expect(read.configuration.gradientLimit == limit)
      #expect(read.configuration.l1 == 0.1 && read.configuration.l2 == 1e-20)
      #expect(read.configuration.layers == network.configuration.layers)
    }
  }

  /// With plain gradient descent, the parameters are the only state: training continues as if never
  /// interrupted.
  @Test func trainingResumes() throws {
    let scratch = try ModelScratch()
    var random = SplitMix64(seed: 4)
    let batch = randomBatch((20, 3, 5), outputs: 2, loss: .meanSquaredError, using: &random)
    var network = try mixedNetwork(updater: .sgd(learningRate: 0.1))
    _ = try network.fit(batch)
    try ModelFile(network: network, contract: nil).save(to: scratch.path("m"))
    var read = try ModelFile(scratch.path("m")).network
    _ = try network.fit(batch)
    _ = try read.fit(batch)
    #expect(read.bits == network.bits)
    #expect(read.iteration == 2)
  }

  /// Adam's means are not in the file: it starts from zero, with steps of the learning rate as at first.
  ///
  /// With bias correction for all updates of the network so far, the means of one gradient would give longer
  /// steps.
  @Test func adamStartsAgain() throws {
    let scratch = try ModelScratch()
    var random = SplitMix64(seed: 6)
    let batch = randomBatch((4, 3, 5), outputs: 2, loss: .meanSquaredError, using: &random)
    var network = try mixedNetwork(updater: .adam(learningRate: 0.01))
    for _ in 0..<300 { _ = try network.fit(batch) }
    try ModelFile(network: network, contract: nil).save(to: scratch.path("m"))
    var read = try ModelFile(scratch.path("m")).network
    _ = try read.fit(batch)
    #expect(read.iteration == 301)
    for name in network.parameterNames {
      let moves = zip(network[parameter: name].doubles, read[parameter: name].doubles).map {
        ($0 - $1).magnitude
      }
      #expect(moves.allSatisfy { $0 < 0.01 * 1.001 }, "\(name)")
    }
  }

  /// Other tools find the weights under their names.
  @Test func anyToolCanReadIt() throws {
    let scratch = try ModelScratch()
    let (path, network) = try scratch.model()
    let file = try SafetensorsFile(path)
    #expect(
      file.names == [
        "layer0.W", "layer0.R", "layer0.b", "layer1.W", "layer1.R", "layer1.b", "layer1.p", "layer2.W",
        "layer2.b",
      ])
    #expect(file.shape(of: "layer1.R") == [4, 16])
    for name in file.names { #expect(try file.floats(name) == network[parameter: name]) }
    #expect(Set(file.metadata.keys) == ["format", "version", "network", "progress", "contract"])
  }

  @Test func aPathThatCannotBeWritten() throws {
    let network = try mixedNetwork()
    #expect(throws: FileError.self) {
      try ModelFile(network: network, contract: nil).save(to: "/nowhere/model")
    }
  }
}
