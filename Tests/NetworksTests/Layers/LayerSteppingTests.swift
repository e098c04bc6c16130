import DataSets
import Networks
import Tensors
import Testing

/// Stacks of all layers step by step, and in model files.
@Suite struct LayerSteppingTests {
  /// A series cut anywhere gives the results of the whole series, for every stack that allows cutting.
  @Test(arguments: NetworkGraphTests.cuttable.filter { !$0.description.contains(" weighted") })
  func cuts(stack: GraphCase) throws {
    var random = SplitMix64(seed: 81)
    let graph = stack.graph(3, using: &random)
    let network = try graph.real()
    let batch = graph.randomBatch(rows: 2, steps: 6, using: &random)
    let whole = try network.output(batch)
    var session = try network.session(rows: 2)
    var step = 0
    for count in [1, 2, 3] {
      let piece = try session.step(batch.features.steps(step..<step + count))
      let difference = relativeDifference(piece.doubles, whole.steps(step..<step + count).doubles)
      #expect(difference < 1e-5, "\(difference)")
      step += count
    }
  }

  /// A model file gives back a network whose outputs have the same bits.
  @Test(arguments: LayerEqualityTests.stacks)
  func modelFiles(stack: GraphCase) throws {
    var random = SplitMix64(seed: 82)
    let graph = stack.graph(2, using: &random)
    let network = try graph.real()
    let batch = graph.randomBatch(rows: 3, steps: 3, masks: .gaps, using: &random)
    let scratch = try ModelScratch()
    let path = scratch.path("model")
    try ModelFile(network: network, contract: nil).save(to: path)
    let loaded = try ModelFile(path).network
    #expect(loaded.configuration.layers == network.configuration.layers)
    #expect(loaded.bits == network.bits)
    #expect(try loaded.output(batch).bits == network.output(batch).bits)
  }
}
