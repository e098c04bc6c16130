import DataSets
import Networks
import TensorFiles
import Tensors
import TestSupport
import Testing
import Training

/// The state that a checkpoint restores.
@Suite struct CheckpointTests {
  /// Pieces of two batches, so that states are carried across the interruption.
  private func pieces() -> [DataSet] {
    var random = SplitMix64(seed: 41)
    return (0..<3).flatMap { _ in
      randomBatch((20, 3, 6), outputs: 2, loss: .meanSquaredError, masks: .gaps, using: &random).pieces(of: 2)
    }
  }

  /// After every update, the state is written and restored into a fresh network, which ends with the same
  /// bytes.
  @Test func resumesBitIdentically() throws {
    let scratch = try ModelScratch()
    let pieces = pieces()
    func fresh() throws -> MultiLayerNetwork {
      try mixedNetwork(backpropagation: .truncated(forward: 2, backward: 1))
    }
    func finalBytes(_ network: MultiLayerNetwork) throws -> [UInt8] {
      try network.write(to: scratch.path("final"), run: "end", contract: ModelScratch.contract)
      return try scratch.bytes(scratch.path("final"))
    }
    var whole = try fresh()
    for piece in pieces { _ = try whole.fit(piece) }
    let expected = try finalBytes(whole)

    for cut in 0...pieces.count {
      var first = try fresh()
      first.begin(epoch: 3)
      first.begin(epoch: 0)
      for piece in pieces[..<cut] { _ = try first.fit(piece) }
      try first.write(to: scratch.path("cut"), run: "at \(cut)", contract: ModelScratch.contract)
      var second = try fresh()
      #expect(try second.restore(from: scratch.path("cut")) == "at \(cut)")
      for piece in pieces[cut...] { _ = try second.fit(piece) }
      #expect(try finalBytes(second) == expected, "cut \(cut)")
    }
  }

  @Test func isAModelFile() throws {
    let scratch = try ModelScratch()
    var network = try mixedNetwork()
    _ = try network.fit(pieces()[0])
    network.begin(epoch: 4)
    try network.write(to: scratch.path("checkpoint"), run: "{}", contract: ModelScratch.contract)
    try network.write(to: scratch.path("model"), run: nil, contract: ModelScratch.contract)
    let (checkpoint, model) = (
      try ModelFile(scratch.path("checkpoint")), try ModelFile(scratch.path("model"))
    )
    #expect(checkpoint.network.bits == network.bits && model.network.bits == network.bits)
    #expect(checkpoint.network.iteration == 1 && checkpoint.network.epoch == 4)
    #expect(checkpoint.run == "{}" && model.run == nil)
    #expect(checkpoint.network.carriedState != nil && model.network.carriedState == nil)
    #expect(checkpoint.contract == ModelScratch.contract)
    // A model alone holds parameters only: equal models, equal bytes.
    #expect(try SafetensorsFile(scratch.path("model")).names == network.parameterNames)
  }

  /// The state of step-wise prediction is in the file only on request.
  @Test func stepStateOnRequest() throws {
    let scratch = try ModelScratch()
    var network = try mixedNetwork()
    let input = pieces()[0].features
    _ = try network.rnnTimeStep(input)
    let file = ModelFile(network: network, contract: nil)
    try file.save(to: scratch.path("without"))
    try file.save(to: scratch.path("with"), with: .stepState)
    #expect(try ModelFile(scratch.path("without")).network.rnnState == nil)
    var read = try ModelFile(scratch.path("with")).network
    #expect(read.rnnState == network.rnnState)
    #expect(try read.rnnTimeStep(input) == network.rnnTimeStep(input))
  }

  @Test func anotherConfiguration() throws {
    let scratch = try ModelScratch()
    let path = scratch.path("checkpoint")
    try mixedNetwork().write(to: path, run: "{}", contract: nil)
    var other = try mixedNetwork(seed: 8)
    let before = other.bits
    let problem =
      "\(path): is a checkpoint of another network: the seed is 7 there, 8 here; resume with the settings that the "
      + "training was started with, or start again in another directory"
    #expect(throws: TrainingError(.checkpoint, problem)) { try other.restore(from: path) }
    #expect(other.bits == before)
  }

  @Test func damagedExtras() throws {
    let scratch = try ModelScratch()
    var network = try mixedNetwork()
    _ = try network.fit(pieces()[0])
    let path = scratch.path("checkpoint")
    try network.write(to: path, run: "{}", contract: nil)
    func rejection(_ change: (inout [String: String], inout [NamedTensor]) -> Void) throws -> String {
      let changed = try scratch.rewrite(path, change)
      return message { _ = try ModelFile(changed) }
    }
    #expect(
      try rejection { _, tensors in tensors.removeAll { $0.name == "updater.v.layer1.R" } }
        .hasSuffix("lacks updater.v.layer1.R; it is damaged: make it again"))
    #expect(
      try rejection { _, tensors in tensors.removeAll { $0.name == "carried.c.layer0" } }
        .hasSuffix("lacks carried.c.layer0; it is damaged: make it again"))
    #expect(
      try rejection { metadata, _ in
        metadata["progress"] = metadata["progress"]?.replacing(
          "\"carriedRows\":20", with: "\"carriedRows\":999999999")
      }.hasSuffix(
        "has carried.h.layer0 of shape [20, 5] where [999999999, 5] was expected; it is damaged: make it again"
      ))
    #expect(
      try rejection { metadata, _ in
        metadata["progress"] = metadata["progress"]?.replacing("\"epoch\":0", with: "\"epoch\":-1")
      }.hasSuffix("has an epoch count of -1; it is damaged: make it again"))
    #expect(
      try rejection { _, tensors in tensors.append(NamedTensor("other", Tensor(shape: [1]))) }
        .hasSuffix("tensors where its layers have 9 parameters; it is damaged: make it again"))
  }
}
