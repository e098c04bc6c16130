import Testing

/// The slow network against PyTorch, without any file.
struct GoldenGapsTests {
  @Test
  func referenceNetworkAgreesWithPyTorch() {
    let golden = GoldenCase(
      GoldenDescription(
        inputs: 2,
        layers: [
          .init(kind: "lstm", size: 2), .init(kind: "graves", size: 2),
          .init(kind: "output", size: 2, loss: .multiClassCrossEntropy),
        ], l1: 0.01, l2: 0.1),
      values: GoldenGaps.values)
    let run = golden.network.run(golden.batch, from: golden.states)
    #expect(run.differences(from: golden.expected, tolerance: 1e-10) == [])
    #expect(run.gradients.count == 9)
    #expect(relativeDifference([run.score], GoldenGaps.values["score"] ?? []) < 1e-10)
  }
}
