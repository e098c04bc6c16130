import DataSets
import FoundationEssentials
import Testing

/// The properties that a model relies on, and the messages about violations.
struct DataContractTests {
  private let contract = DataContract(
    columns: ["load", "speed"], labels: .init(encoding: .oneHot, names: ["idle", "cut"]), alignment: .end)

  private func violation(_ change: (inout DataContract) -> Void) -> String? {
    var data = contract
    change(&data)
    return contract.violation(by: data)
  }

  @Test func dataThatKeepsTheContract() {
    #expect(violation { _ in } == nil)
    // Predictions need no labels.
    #expect(violation { $0.labels = .none } == nil)
    // Data that is not normalized can be.
    var normalized = contract
    normalized.featuresNormalizer = AffineNormalizer(shift: [1, 2], scale: [1, 1])
    #expect(normalized.violation(by: contract) == nil && normalized.violation(by: normalized) == nil)
  }

  @Test func violationsOfTheContractAreNamed() {
    #expect(violation { $0.columns = ["load"] } == "the model requires 2 feature columns, the data has 1")
    #expect(
      violation { $0.columns[1] = "torque" }
        == "the model requires feature column 1 to be \"speed\", the data has \"torque\" there")
    #expect(
      violation { $0.labels = .init(encoding: .values, names: ["y"]) }
        == "the model has class labels, the data regression labels")
    #expect(violation { $0.labels.names.append("x") } == "the model knows 2 classes, the data has 3")
    #expect(
      violation { $0.labels.names[0] = "off" } == "the model's class 0 is \"idle\", the data's is \"off\"")
    #expect(
      violation { $0.alignment = .start }
        == "the model was trained with alignment end, the data is aligned start")
    let normalizer = AffineNormalizer(shift: [1, 2], scale: [1, 1])
    #expect(
      violation { $0.featuresNormalizer = normalizer }
        == "the model was trained on features that were not normalized, those of the data are")
    var normalized = contract
    normalized.labelsNormalizer = AffineNormalizer(shift: [1, 2], scale: [1, 2])
    var other = normalized
    other.labelsNormalizer = normalizer
    #expect(
      normalized.violation(by: other)
        == "the data's labels are normalized with other numbers than the model's")
    // Batches in another order give sums with another last bit.
    for (shift, agrees) in [(1.0000000000000002, true), (1.000000000002, false)] {
      other.labelsNormalizer = AffineNormalizer(shift: [shift, 2], scale: [1, 2])
      #expect((normalized.violation(by: other) == nil) == agrees, "\(shift)")
    }
    var regression = contract
    regression.labels = .init(encoding: .values, names: ["y"])
    other = regression
    other.labels.names = ["z"]
    #expect(regression.violation(by: other) == "the model's label column 0 is \"y\", the data's is \"z\"")
    other.labels.names = ["y", "z"]
    #expect(regression.violation(by: other) == "the model knows 1 label columns, the data has 2")
    #expect(regression.violation(by: contract) == "the model has regression labels, the data class labels")
  }

  @Test func theContractOfDataAndThroughJSON() throws {
    let labels = TestReader(values: [[1]])
    let data = try SequenceBatches(
      features: TestReader(lengths: [1]), labels: .reader(labels, .oneHot(names: ["no", "yes"])),
      alignment: .start)
    let found = data.contract
    #expect(found.columns == ["c0", "c1"] && found.labels == .init(encoding: .oneHot, names: ["no", "yes"]))
    #expect(found.alignment == .start && found.featuresNormalizer == nil)
    #expect(try JSONDecoder().decode(DataContract.self, from: JSONEncoder().encode(found)) == found)
    let regression = try SequenceBatches(
      features: TestReader(lengths: [1], columns: 4), labels: .columns([3, 1], .values)
    ).contract
    #expect(regression.columns == ["c0", "c2"] && regression.labels.names == ["c3", "c1"])
    #expect(try SequenceBatches(features: labels).contract.labels == .none)
  }
}
