import DataSets
import Networks
import Platform
import Tensors
import Testing

/// Results that must be bit-identical for every stack of layers.
@Suite struct LayerEqualityTests {
  /// The stacks of every layer, without those that differ only in their losses.
  static let stacks =
    GraphCase.recurrent + GraphCase.bothWays + GraphCase.perStep + GraphCase.images
    + GraphCase.ends

  private func random(_ stack: GraphCase) -> SplitMix64 {
    SplitMix64(seed: stack.description.utf8.reduce(77) { $0 &* 31 &+ UInt64($1) })
  }

  /// The contents of absent cells change no bit, nor does an earlier batch with other contents.
  @Test(arguments: stacks)
  func paddingAndOrders(stack: GraphCase) throws {
    for masks in isRelease ? MaskPattern.allCases : [.gaps, .emptyFronts] {
      var random = random(stack)
      let graph = stack.graph(3, using: &random)
      let network = try graph.real()
      var results: [[UInt64]] = []
      for padding in [0, Float.nan, .infinity] {
        var same = random
        let batch = graph.randomBatch(
          rows: 4, steps: 5, masks: masks, starts: .several, padding: padding, using: &same)
        results.append(try network.everything(of: batch))
        var other = batch
        (other.features, other.labels) = (batch.features.ordered(.f), batch.labels?.ordered(.timeMajor))
        results.append(try network.everything(of: other))
      }
      #expect(results.allSatisfy { $0 == results[0] }, "\(masks)")
      #expect(results[0].allSatisfy { $0 > UInt64(UInt32.max) || Float(bitPattern: UInt32($0)).isFinite })
    }
  }

  @Test(arguments: stacks)
  func threads(stack: GraphCase) throws {
    var random = random(stack)
    let graph = stack.graph(2, using: &random)
    let batch = graph.randomBatch(rows: 35, steps: 3, masks: .gaps, starts: .several, using: &random)
    let results = try [1, 2, 5].map { threads in
      try graph.real(workers: WorkerPool(threads: threads)).everything(of: batch)
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }
}
