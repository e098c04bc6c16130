import DataSets
import Networks
import TestSupport
import Testing

/// `normalizer.bin` of Deeplearning4j's models, and the contract that follows from them.
@Suite struct DL4JNormalizerTests {
  /// Returns a model with three inputs and two outputs that are numbers, with a normalizer.
  private func read(_ change: (inout JavaBytes) -> Void) throws -> (path: String, archive: DL4JArchiveScratch)
  {
    var archive = try DL4JArchiveScratch("networks/regression")
    var bytes = JavaBytes()
    bytes.text("NORMALIZER")
    bytes.number(Int32(1))
    change(&bytes)
    archive.set("normalizer.bin", bytes.bytes)
    return (try archive.write(), archive)
  }

  /// Mean and deviation; a deviation of 0 divides by 1.
  @Test func standardize() throws {
    let (path, archive) = try read {
      $0.text("STANDARDIZE")
      $0.number(UInt8(0))
      $0.array([1, -2, 3])
      $0.array([0.5, 0, 4])
    }
    defer { withExtendedLifetime(archive) {} }
    let contract = try #require(try ModelFile(path).contract)
    let normalizer = try #require(contract.featuresNormalizer)
    #expect(
      normalizer.shift == [1, -2, 3] && normalizer.scale == [0.5, 1, 4] && normalizer.constantColumns == [1])
    #expect(contract.labelsNormalizer == nil && contract.labels.encoding == .values)
    #expect(contract.columns == ["0", "1", "2"] && contract.labels.names == ["0", "1"])
  }

  /// Least and greatest values, mapped to a range; labels too.
  @Test func minMax() throws {
    let (path, archive) = try read {
      $0.text("MIN_MAX")
      $0.number(UInt8(1))
      $0.number((-1.0).bitPattern)
      $0.number(3.0.bitPattern)
      $0.array([0, 10, 5])
      $0.array([8, 30, 5])
      $0.array([1, 2])
      $0.array([5, 4])
    }
    defer { withExtendedLifetime(archive) {} }
    let contract = try #require(try ModelFile(path).contract)
    let (features, labels) = (
      try #require(contract.featuresNormalizer), try #require(contract.labelsNormalizer)
    )
    for (column, (low, high)) in [(0, 8), (10, 30)].enumerated() {
      #expect(features.normalize(Float(low), column: column) == -1)
      #expect(features.normalize(Float(high), column: column) == 3)
    }
    #expect(features.normalize(5, column: 2) == -1 && features.constantColumns == [2])
    #expect(labels.normalize(1, column: 0) == -1 && labels.normalize(5, column: 0) == 3)
    #expect(labels.revert(-1, column: 1) == 2 && labels.revert(3, column: 1) == 4)
  }

  @Test func othersAreRefused() throws {
    func expect(_ message: String, _ change: (inout JavaBytes) -> Void) throws {
      let (path, archive) = try read(change)
      defer { withExtendedLifetime(archive) {} }
      expectRejection(path, "is a model of Deeplearning4j that cannot be read: \(message)") {
        _ = try ModelFile(path)
      }
    }
    try expect("normalizer.bin: expected STANDARDIZE or MIN_MAX, found \"IMAGE_VGG16\"; use Deeplearning4j") {
      $0.text("IMAGE_VGG16")
    }
    try expect("normalizer.bin, byte 30: expected 0 or 1, found 2; it is damaged") {
      $0.text("STANDARDIZE")
      $0.number(UInt8(2))
    }
    try expect("normalizer.bin, byte 42: expected a range, found 3.0 to -1.0") {
      $0.text("MIN_MAX")
      $0.number(UInt8(0))
      $0.number(3.0.bitPattern)
      $0.number((-1.0).bitPattern)
    }
    try expect(
      "normalizer.bin: expected the columns of the network, found a normalizer with a normalizer of other columns than it has"
    ) {
      $0.text("STANDARDIZE")
      $0.number(UInt8(0))
      $0.array([1, 2])
      $0.array([1, 1])
    }
    try expect("normalizer.bin, byte ") {
      $0.text("STANDARDIZE")
      $0.number(UInt8(0))
      $0.array([1, 2, 3])
      $0.array([1, -1, 1])
    }
  }

  /// Names, the meaning of labels and the alignment come from data.
  @Test func contractsAreCompleted() throws {
    let file = try ModelFile("\(DL4JIndex.folder)/networks/normalized.zip")
    #expect(file.contract?.labels == DataContract.Labels(encoding: .oneHot, names: ["0", "1", "2"]))
    let data = DataContract(
      columns: ["x", "y", "z"], labels: DataContract.Labels(encoding: .oneHot, names: ["a", "b", "c"]),
      alignment: .end)
    let completed = try #require(try file.contract(completedBy: data))
    #expect(
      completed.columns == data.columns && completed.labels == data.labels && completed.alignment == .end)
    #expect(completed.featuresNormalizer == file.contract?.featuresNormalizer)
    var without = data
    without.labels = .none
    #expect(try file.contract(completedBy: without)?.labels.names == ["0", "1", "2"])
    var fewer = data
    fewer.columns = ["x", "y"]
    #expect(
      throws: NetworkError(
        "the network has 3 inputs and 3 outputs: expected data of that form, found a contract of 2 columns for 3 inputs; give "
          + "the columns and the labels that it was trained on")
    ) { try file.contract(completedBy: fewer) }
    let series = try ModelFile("\(DL4JIndex.folder)/models/last-step.zip").contract
    #expect(series?.alignment == .end)
    let several = try ModelFile("\(DL4JIndex.folder)/models/dense-between.zip").contract
    #expect(several?.labels.encoding == .multiLabel)
  }
}
