import DataSets
import FoundationEssentials
import Networks
import Tensors
import Testing
import Training

/// What happens to the output layer of a model that is trained further: every combination of labels.
@Suite struct OutputChangeTests {
  private static let inputs = 3

  private func contract(
    _ encoding: DataContract.Labels.Encoding, _ names: [String], _ normalizer: AffineNormalizer? = nil
  ) -> DataContract {
    DataContract(
      columns: ["a", "b", "c"], labels: .init(encoding: encoding, names: names), alignment: .end,
      labelsNormalizer: normalizer)
  }

  /// A trained model, which predicts at every step or once per series.
  private func model(
    _ contract: DataContract, perSeries: Bool, classWeights: [Float] = [], seed: UInt64 = 1
  ) throws -> ModelFile {
    var network = try MultiLayerNetwork(
      for: contract, seed: seed, updater: .adam(learningRate: 0.05), classWeights: classWeights
    ) {
      Bidirectional(GRU(4))
      if perSeries { LastTimeStep() }
    }
    let labels = contract.labels
    var random = SplitMix64(seed: seed)
    let data = randomBatch(
      (6, Self.inputs, 5), outputs: labels.names.count,
      loss: labels.encoding == .oneHot ? .multiClassCrossEntropy : .meanSquaredError,
      masks: perSeries ? .full : .gaps, using: &random)
    // The last-step form: one label per series.
    let batch = perSeries ? DataSet(features: data.features, labels: seriesLabels(data)) : data
    for _ in 0..<3 { _ = try network.fit(batch) }
    return ModelFile(network: network, contract: contract)
  }

  /// The label of each series' first labelled step, `[N, L]`.
  private func seriesLabels(_ batch: DataSet) -> Tensor {
    let labels = batch.labels ?? Tensor(shape: [0, 0, 0])
    var result = Tensor(shape: [labels.shape[0], labels.shape[1]])
    for row in 0..<labels.shape[0] {
      let step = (0..<labels.shape[2]).first { batch.labelsMask[row, $0] } ?? 0
      for column in 0..<labels.shape[1] { result[row, column] = labels[row, column, step] }
    }
    return result
  }

  /// Predictions in the labels' own units, by label name, for fixed features.
  private func predictions(_ network: MultiLayerNetwork, _ contract: DataContract) throws -> [String:
    [Double]]
  {
    var random = SplitMix64(seed: 9)
    let elements = (0..<4 * Self.inputs * 6).map { _ in Float(random.below(1000)) / 500 - 1 }
    let output = try network.output(
      DataSet(features: Tensor(shape: [4, Self.inputs, 6], elements: elements)))
    var result: [String: [Double]] = [:]
    for (column, name) in contract.labels.names.enumerated() {
      result[name] = (0..<4).map { row in
        let value = output[row, column, 5]
        return Double(contract.labelsNormalizer?.revert(value, column: column) ?? value)
      }
    }
    return result
  }

  /// Returns true if predictions are the same, up to rounding.
  ///
  /// - Parameter scale: The largest number of the normalizers, of which outputs lose the last digits.
  private func agree(_ some: [String: [Double]], _ others: [String: [Double]], scale: Double = 1) -> Bool {
    some.keys == others.keys
      && some.allSatisfy { name, values in
        zip(values, others[name] ?? []).allSatisfy {
          ($0 - $1).magnitude <= max(1e-4 * max(1, $0.magnitude), 1e-6 * scale)
        }
      }
  }

  /// All layers but the last keep their parameters, bit for bit.
  private func expectSameBody(_ tuned: MultiLayerNetwork, _ network: MultiLayerNetwork) {
    let last = network.configuration.layers.count - 1
    for name in network.parameterNames where !name.hasPrefix("layer\(last).") {
      #expect(tuned[parameter: name] == network[parameter: name], "\(name)")
    }
  }

  private func weights(_ network: MultiLayerNetwork) -> Tensor {
    network[parameter: "layer\(network.configuration.layers.count - 1).W"]
  }

  @Test(arguments: [false, true])
  func classes(perSeries: Bool) throws {
    let old = ["no", "yes", "maybe"]
    let new: [(names: [String], change: ModelFile.OutputChange, reason: String)] = [
      (old, .kept, ""),
      (
        ["maybe", "no", "yes"], .reordered,
        "the classes are maybe, no, yes; the model's are no, yes, maybe"
      ),
      (["nein", "ja", "jein"], .new, "the classes are nein, ja, jein; the model's are no, yes, maybe"),
      (
        ["no", "yes", "maybe", "never"], .new,
        "the classes are no, yes, maybe, never; the model's are no, yes, maybe"
      ),
      (["no", "yes"], .new, "the classes are no, yes; the model's are no, yes, maybe"),
      (["no", "yes", "never"], .new, "the classes are no, yes, never; the model's are no, yes, maybe"),
      (["no", "no", "yes"], .new, "the classes are no, no, yes; the model's are no, yes, maybe"),
    ]
    let own = contract(.oneHot, old)
    for weighted in [false, true] {
      let file = try model(own, perSeries: perSeries, classWeights: weighted ? [1, 2, 3] : [])
      let before = try predictions(file.network, own)
      for (names, change, reason) in new {
        let other = contract(.oneHot, names)
        let (tuned, found, words) = try file.network(for: other)
        #expect(found == change && words == reason, "\(names)")
        expectSameBody(tuned, file.network)
        #expect(tuned.outputSize == names.count)
        let layer = try #require(tuned.configuration.layers.last?.layer as? any DenseOutputLayer)
        #expect(layer is SeriesOutput == perSeries)
        if change == .new {
          #expect(weights(tuned) != weights(file.network) && layer.classWeights == [])
        } else {
          #expect(agree(try predictions(tuned, other), before), "\(names)")
          let expected: [Float] = change == .kept ? [1, 2, 3] : [3, 1, 2]
          #expect(layer.classWeights == (weighted ? expected : []))
        }
        // Class weights are given in the order of the data, and change nothing else.
        let given = names.indices.map { Float($0 + 1) }
        let (withWeights, again, _) = try file.network(for: other, classWeights: given)
        #expect(again == change)
        #expect(
          (withWeights.configuration.layers.last?.layer as? any DenseOutputLayer)?.classWeights == given)
        if change != .new { #expect(weights(withWeights) == weights(tuned)) }
      }
    }
  }

  /// Any order of any number of classes: the predictions stay, and so does the training that follows.
  @Test func anyOrder() throws {
    var random = SplitMix64(seed: 5)
    for count in 2...6 {
      let names = (0..<count).map { "class \($0)" }
      let file = try model(contract(.oneHot, names), perSeries: count % 2 == 0, seed: UInt64(count))
      let before = try predictions(file.network, contract(.oneHot, names))
      for _ in 0..<4 {
        var order = names
        for index in order.indices { order.swapAt(index, random.below(count)) }
        let (tuned, change, _) = try file.network(for: contract(.oneHot, order))
        #expect(change == (order == names ? .kept : .reordered))
        #expect(agree(try predictions(tuned, contract(.oneHot, order)), before))
        // The updater's memory is in the same order.
        let batch = randomBatch(
          (3, Self.inputs, 4), outputs: count, loss: .multiClassCrossEntropy, masks: .full, using: &random)
        guard count % 2 == 1, let labels = batch.labels else { continue }
        var reordered = Tensor(shape: labels.shape)
        for (column, name) in order.enumerated() {
          guard let from = names.firstIndex(of: name) else { continue }
          for row in 0..<labels.shape[0] {
            for step in 0..<labels.shape[2] { reordered[row, column, step] = labels[row, from, step] }
          }
        }
        var (one, other) = (file.network, tuned)
        _ = try one.fit(batch)
        _ = try other.fit(DataSet(features: batch.features, labels: reordered))
        #expect(
          agree(
            try predictions(one, contract(.oneHot, names)), try predictions(other, contract(.oneHot, order))))
      }
    }
  }

  /// One output for two classes is the probability of the second one.
  @Test(arguments: [Activation.sigmoid, .softplus])
  func oneOutputForTwoClasses(activation: Activation) throws {
    let network = try MultiLayerNetwork(
      inputs: .recurrent(size: Self.inputs), seed: 3, updater: .sgd(learningRate: 0.1)
    ) {
      GRU(4)
      RNNOutput(
        1, activation: activation, loss: activation == .sigmoid ? .binaryCrossEntropy : .meanSquaredError)
    }
    let file = ModelFile(network: network, contract: contract(.oneHot, ["no", "yes"]))
    #expect(try file.network(for: contract(.oneHot, ["no", "yes"])).output == .kept)
    let (tuned, change, _) = try file.network(for: contract(.oneHot, ["yes", "no"]))
    #expect(change == (activation == .sigmoid ? .reordered : .new))
    guard activation == .sigmoid else { return }
    let one = contract(.values, ["p"])
    let (before, after) = (try predictions(network, one)["p"], try predictions(tuned, one)["p"])
    for (p, q) in zip(before ?? [], after ?? []) { #expect((p + q - 1).magnitude < 1e-6) }
  }

  private static let old = AffineNormalizer(shift: [1000, 5], scale: [300, 2])

  @Test(arguments: [false, true])
  func numbers(perSeries: Bool) throws {
    let near = AffineNormalizer(shift: [1100, 4], scale: [250, 1.5])
    let far = AffineNormalizer(shift: [50000, 5], scale: [9000, 2])
    let swapped = AffineNormalizer(shift: [5, 1000], scale: [2, 300])
    let numbers = "the labels are normalized with other numbers than the model's; predictions stay"
    typealias Row = (
      model: AffineNormalizer?, names: [String], data: AffineNormalizer?, change: ModelFile.OutputChange,
      reason: String
    )
    let same = ["price", "area"]
    let rows: [Row] = [
      (nil, same, nil, .kept, ""),
      (Self.old, same, Self.old, .kept, ""),
      (nil, ["area", "price"], nil, .reordered, "the labels are area, price; the model's are price, area"),
      (
        Self.old, ["area", "price"], swapped, .reordered,
        "the labels are area, price; the model's are price, area"
      ),
      (Self.old, same, near, .rescaled, numbers),
      (
        Self.old, ["area", "price"], AffineNormalizer(shift: [4, 1100], scale: [1.5, 250]), .rescaled, numbers
      ),
      (
        Self.old, same, far, .new,
        "label \"price\" is in other units or of another range: (x - 50000.0) / 9000.0, the model's "
          + "(x - 1000.0) / 300.0"
      ),
      (Self.old, same, nil, .new, "the labels are not normalized; the model's are"),
      (nil, same, near, .new, "the labels are normalized; the model's are not"),
      (nil, ["cost", "area"], nil, .new, "the labels are cost, area; the model's are price, area"),
      (Self.old, ["cost", "area"], Self.old, .new, "the labels are cost, area; the model's are price, area"),
      (Self.old, ["price"], nil, .new, "the labels are price; the model's are price, area"),
    ]
    for (normalizer, names, data, change, reason) in rows {
      let own = contract(.values, same, normalizer)
      let file = try model(own, perSeries: perSeries)
      let other = contract(.values, names, data)
      let (tuned, found, words) = try file.network(for: other)
      #expect(found == change && words == reason, "\(names)")
      expectSameBody(tuned, file.network)
      if change == .new {
        if names.count == 2 { #expect(weights(tuned) != weights(file.network)) }
      } else {
        #expect(agree(try predictions(tuned, other), try predictions(file.network, own)), "\(reason)")
      }
    }
  }

  @Test func otherKindsOfLabels() throws {
    let numbers = try model(contract(.values, ["x", "y"]), perSeries: false)
    let classes = try model(contract(.oneHot, ["x", "y"]), perSeries: false)
    var nothing = numbers
    nothing.contract = nil
    func reason(_ file: ModelFile, _ encoding: DataContract.Labels.Encoding) throws -> String {
      let (_, output, reason) = try file.network(for: contract(encoding, ["x", "y"]))
      #expect(output == .new)
      return reason
    }
    #expect(try reason(numbers, .oneHot) == "the labels are classes; the model's are numbers")
    #expect(try reason(classes, .values) == "the labels are numbers; the model's are classes")
    #expect(try reason(nothing, .values) == "the model does not say what its outputs mean")
    #expect(throws: NetworkError.self) { try numbers.network(for: contract(.none, [])) }
  }

  /// The ways to normalize labels.
  private let ways: [(ColumnStatistics) -> AffineNormalizer] = [
    { .standardize($0) }, { .minMax($0) },
  ]

  private func statistics(_ values: [Float]) -> ColumnStatistics {
    var statistics = ColumnStatistics(columns: 1)
    statistics.add(
      Tensor(shape: [values.count, 1, 1], elements: values),
      mask: Mask(rows: values.count, steps: 1) { _, _ in true })
    return statistics
  }

  /// The same labels are in the same units, however both are normalized and whichever has an outlier; labels in other
  /// units are not.
  @Test func unitsDoNotDependOnTheNormalizationOrOnOutliers() throws {
    var random = SplitMix64(seed: 3)
    for scale in [Float(0.001), 1, 5000] {
      for center in [Float(0), 0.5, 20] {
        let values = (0..<40).map { _ in scale * (center + Float(random.below(2000)) / 1000 - 1) }
        for (before, oldOutlier) in [(values, 1), (values + [1e4 * scale], 40)] as [([Float], Int)] {
          for old in ways {
            let file = try model(contract(.values, ["y"], old(statistics(before))), perSeries: false)
            let coded = try JSONDecoder().decode(
              DataContract.self, from: JSONEncoder().encode(try #require(file.contract)))
            var read = file
            read.contract = coded
            for after in [values, values + [1e4 * scale], values + [-300 * scale]] {
              for new in ways {
                let other = contract(.values, ["y"], new(statistics(after)))
                let (tuned, change, reason) = try read.network(for: other)
                #expect(change == .rescaled || change == .kept, "\(reason), \(scale) \(center) \(oldOutlier)")
                let contracts = [other, try #require(file.contract)]
                let scale = contracts.compactMap(\.labelsNormalizer).flatMap { $0.shift + $0.scale }
                  .map(\.magnitude).max()
                #expect(
                  agree(
                    try predictions(tuned, other), try predictions(file.network, contracts[1]),
                    scale: scale ?? 1),
                  "\(reason)")
              }
              #expect(
                read.labelsNormalizer(for: .init(encoding: .values, names: ["y"]), statistics(after))
                  == file.contract?.labelsNormalizer)
            }
            for factor in [Float(1e-6), 0.001, 1000, 1e6] where oldOutlier == 1 {
              for new in ways {
                let other = contract(.values, ["y"], new(statistics(values.map { factor * $0 })))
                let (_, change, reason) = try read.network(for: other)
                #expect(change == .new, "\(factor) \(scale) \(center)")
                #expect(
                  reason.hasPrefix("label \"y\" is in other units or of another range: mean "), "\(reason)")
              }
            }
          }
        }
      }
    }
  }

  /// The labels of other data keep the model's normalizer in the same units, and get their own in others.
  @Test func normalizersOfLabels() throws {
    let file = try model(contract(.values, ["price", "area"], Self.old), perSeries: false)
    func statistics(_ columns: [(mean: Float, deviation: Float)]) -> ColumnStatistics {
      var statistics = ColumnStatistics(columns: columns.count)
      let elements = [-1, 1].flatMap { sign in columns.map { $0.mean + sign * $0.deviation } }
      statistics.add(
        Tensor(shape: [2, columns.count, 1], elements: elements),
        mask: Mask(rows: 2, steps: 1) { _, _ in true })
      return statistics
    }
    func normalizer(_ names: [String], _ columns: [(mean: Float, deviation: Float)]) -> AffineNormalizer? {
      file.labelsNormalizer(for: .init(encoding: .values, names: names), statistics(columns))
    }
    let same = ["price", "area"]
    // Inside and outside each limit: 3 scales from the shift, 3 times the scale, a tenth of it.
    for (price, isOther) in [
      ((1000, 300), false), ((1890, 300), false), ((110, 300), false), ((1910, 300), true), ((90, 300), true),
      ((1000, 890), false), ((1000, 910), true), ((1000, 31), false), ((1000, 29), true),
      // A constant says nothing about the scale.
      ((1000, 0), false), ((50000, 0), true),
    ] as [((mean: Float, deviation: Float), Bool)] {
      let found = try #require(normalizer(same, [price, (5, 2)]))
      #expect((found == Self.old) != isOther, "\(price)")
      if isOther { #expect(found.shift == [Double(price.mean), 5]) }
      let turned = try #require(normalizer(["area", "price"], [(5, 2), price]))
      #expect((turned.shift == [5, 1000] && turned.scale == [2, 300]) != isOther, "\(price)")
    }
    #expect(normalizer(["cost", "area"], [(1000, 300), (5, 2)])?.shift == [1000, 5])
    let raw = try model(contract(.values, same), perSeries: false)
    #expect(
      raw.labelsNormalizer(for: .init(encoding: .values, names: same), statistics([(1, 1), (2, 1)])) == nil)
  }
}
