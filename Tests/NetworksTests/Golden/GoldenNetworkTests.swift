import DataSets
import Networks
import Tensors
import Testing
import Training

/// The real network against every network file that PyTorch wrote.
///
/// Files called `-starts` continue from carried states: their losses, gradients and states are taken from an
/// update, since outputs are computed for whole series only.
@Suite struct GoldenNetworkTests {
  static let continued = GoldenFileTests.names.filter { $0.hasSuffix("-starts") }
  static let whole = GoldenFileTests.names.filter { !$0.hasSuffix("-starts") }

  @Test func everyFileIsCompared() {
    #expect(Self.continued.count == 2)
    #expect(Self.whole.count == 29)
  }

  @Test(arguments: whole)
  func outputsLossAndGradients(name: String) throws {
    let golden = try GoldenCase(named: name)
    let expected = golden.expected
    let network = try golden.network.real()
    let batch = golden.batch.dataSet()
    for (layer, output) in try network.feedForward(batch).enumerated() {
      #expect(relativeDifference(output.doubles, expected.activations[layer].values) < 1e-5, "layer \(layer)")
      // Absent cells contain 99 in the file, which must have no effect.
      for row in 0..<batch.exampleCount {
        for step in 0..<batch.stepCount where !batch.stepMask[row, step] {
          #expect((0..<output.shape[1]).allSatisfy { output[row, $0, step] == 0 })
        }
      }
    }
    #expect(try network.output(batch) == network.feedForward(batch).last)
    let (loss, gradients) = try network.gradients(batch)
    #expect(try network.score(batch) == loss)
    #expect(relativeDifference([loss.sum], [expected.lossSum]) < 1e-5)
    #expect(relativeDifference([loss.score], [expected.score]) < 1e-5)
    #expect(gradients.count == expected.gradients.count)
    for (key, values) in expected.gradients {
      let difference = relativeDifference(gradients[key]?.doubles ?? [], values)
      #expect(difference < 1e-4, "\(key) \(difference)")
    }
  }

  @Test(arguments: GoldenFileTests.names)
  func updateAndCarriedStates(name: String) throws {
    let golden = try GoldenCase(named: name)
    // At rate 1 a parameter moves by its gradient.
    var network = try golden.network.real(updater: .sgd(learningRate: 1))
    let rowCount = golden.batch.exampleCount
    network.carriedState = MultiLayerNetwork.State(
      rows: rowCount,
      layers: golden.states.map { rows in
        RecurrentState(
          rows: rowCount, h: rows.flatMap(\.h).map(Float.init), c: rows.flatMap(\.c).map(Float.init))
      } + [nil])
    let before = network
    let loss = try #require(try network.fit(golden.batch.dataSet()))
    #expect(relativeDifference([loss.sum], [golden.expected.lossSum]) < 1e-5)
    #expect(relativeDifference([loss.penalty], [golden.expected.penalty]) < 1e-5)
    for (key, gradient) in golden.expected.gradients {
      let moved = zip(before[parameter: key].doubles, network[parameter: key].doubles).map { $0 - $1 }
      // The difference of two floats near 1 has an error of 2^-24, in addition to that of the gradient.
      let scale = gradient.reduce(0) { max($0, $1.magnitude) }
      #expect(relativeDifference(moved, gradient) < 1e-4 + 0x1p-23 / scale, "\(key)")
    }
    for (layer, rows) in golden.expected.states.enumerated() {
      let state = try #require(network.carriedState?.layers[layer])
      #expect(relativeDifference(state.h.map(Double.init), rows.flatMap(\.h)) < 1e-5)
      #expect(relativeDifference(state.c.map(Double.init), rows.flatMap(\.c)) < 1e-5)
    }
  }
}
