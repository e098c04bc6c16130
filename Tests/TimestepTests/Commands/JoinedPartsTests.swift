import TestSupport
import Testing
import Timestep

/// Parts of sequences that are joined from several files.
@Suite(.startsProcesses) struct JoinedPartsTests {
  private let scratch = TestDirectory()

  /// Categories of every file are those of the training part, whose keys are those of the first files.
  @Test(arguments: [
    ["--split", "1,1,1"], ["--fold", "1/3"], ["--split", "1,1,1", "--split-by", "k"],
    ["--split", "1,1,1", "--label-table", "t.csv"],
  ]) func categoriesAreThoseOfTheTrainingPart(parts: [String]) throws {
    var table = "key,label\n"
    for number in 0..<10 {
      scratch.write("a,k\n1,k\(number)\n2,k\(number)\n", to: "acc_\(number).csv")
      scratch.write("b,sky\n1,s\(number)\n2,s\(number)\n", to: "gyr_\(number).csv")
      table += "acc_\(number),c\(number % 2)\n"
    }
    scratch.write(table, to: "t.csv")
    try results(
      [
        "convert", "--output", "o", "--features", "acc_%d.csv", "--features", "gyr_%d.csv", "--header",
        "--category",
        "k", "--category", "sky", "--part", "train",
      ] + parts, in: scratch)
    let saved = try SavedDataSets(scratch.path("o"))
    let batch = try saved.batch(epoch: 0, index: 0)
    let keys = Set(batch.metadata.map { String($0.features.key.drop { !$0.isNumber }) })
    func categories(_ column: String) -> Set<String> {
      guard case .category(let vocabulary)? = saved.contract.encodings?[column] else { return [] }
      return Set(vocabulary.names.map { String($0.dropFirst()) })
    }
    #expect(!keys.isEmpty && keys.count < 10 && categories("k") == keys && categories("sky") == keys)
  }
}
