import DataSets
import FoundationEssentials
import TensorFiles
import Testing

/// The reference graph against every network file of Fixtures/golden/layers: the proof that the reference is
/// right.
@Suite struct ReferenceGraphGoldenTests {
  static let everyMask = ["full", "ragged", "gaps", "front", "onetomany"]

  /// Every network file, so that a missing one is noticed.
  static let names: [String] = {
    let two = ["ragged", "gaps"]
    let losses = [
      "binaryCrossEntropy", "meanSquaredError", "sumOfSquares", "meanAbsoluteError", "sumOfAbsolutes",
      "kullbackLeibler", "poisson",
    ]
    var names: [String] = []
    for stack in ["gru", "both-lstm", "both-gru", "both-rnn", "end-last"] {
      names += everyMask.map { "\(stack)-\($0)" }
    }
    for stack in [
      "rnn", "rnn-relu", "dense", "embedding", "conv-pool", "conv-padded", "pool-padded", "end-max",
      "end-mean",
      "end-sum", "end-norm2", "end-norm3",
    ] { names += two.map { "\(stack)-\($0)" } }
    names += [
      "rnn-full-starts", "rnn-gaps-starts", "gru-full-starts", "gru-gaps-starts", "both-lstm-gaps-starts",
      "both-gru-gaps-starts", "both-rnn-gaps-starts", "both-stacked-gaps", "conv-dense-lstm-gaps",
      "end-both-gaps",
      "weighted-classes-gaps",
    ]
    for merge in ["sum", "mean", "product"] {
      names += ["both-lstm-\(merge)-ragged", "both-gru-\(merge)-gaps"]
    }
    for cell in ["lstm", "gru", "rnn"] {
      names += ["front", "gaps", "ragged"].map { "own-\(cell)-\($0)" }
      names += ["front", "ragged"].map { "own-twice-\(cell)-\($0)" }
    }
    names += ["sum", "mean", "product"].map { "own-\($0)-gaps" }
    names += ["own-dense-gaps", "own-lstm-gaps-starts"]
    for loss in losses { names += ["loss-\(loss)-gaps", "loss-\(loss)-weighted-ragged"] }
    return names
  }()

  @Test func noFileIsForgotten() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: GraphGolden.folder)
    let others = ["activations", "losses", "updaters"]
    #expect(files.sorted() == (Self.names + others).map { "\($0).safetensors" }.sorted())
  }

  @Test(arguments: names)
  func outputsLossAndStates(name: String) throws {
    let golden = try GraphGolden(named: name)
    let run = golden.graph.run(golden.batch, from: golden.states)
    #expect(run.activations.count == golden.expected.activations.count)
    for (index, series) in run.activations.enumerated() {
      #expect(
        relativeDifference(series.values, golden.expected.activations[index].values) < 1e-12, "layer \(index)"
      )
    }
    #expect(relativeDifference([run.lossSum], [golden.expected.lossSum]) < 1e-12)
    #expect(relativeDifference([run.penalty], [golden.expected.penalty]) < 1e-12)
    #expect(run.states.keys.sorted() == golden.expected.states.keys.sorted())
    for (index, states) in golden.expected.states {
      #expect(relativeDifference(run.states[index]?.flatMap(\.h) ?? [], states.flatMap(\.h)) < 1e-12)
      #expect(relativeDifference(run.states[index]?.flatMap(\.c) ?? [], states.flatMap(\.c)) < 1e-12)
    }
  }

  /// Every element of every gradient; in debug builds some of each.
  @Test(arguments: names)
  func slopesAreGradients(name: String) throws {
    let golden = try GraphGolden(named: name)
    let slopes = golden.graph.slopes(
      golden.batch, from: golden.states, elementsPerParameter: isRelease ? nil : 12)
    #expect(slopes.keys.sorted() == golden.gradients.keys.sorted())
    for (key, gradient) in golden.gradients {
      // An error of 1e-9, for gradients of 0.1 and more.
      let some = try #require(slopes[key])
      #expect(some.elements.count == (isRelease ? gradient.count : min(gradient.count, 12)))
      for (element, slope) in zip(some.elements, some.values) {
        #expect(
          (slope - gradient[element]).magnitude < 1e-8,
          "\(key)[\(element)]: \(slope), not \(gradient[element])")
      }
    }
  }
}
