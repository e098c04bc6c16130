import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// The library loads what a data set file describes, as the commands do.
struct DataDescriptionTests {
  private let scratch = TestDirectory()

  private func write(_ text: String) -> String {
    scratch.write(text, to: "d.json")
    return scratch.path("d.json")
  }

  private func writeData() {
    for number in 0..<8 {
      scratch.write((0..<number + 2).map { "\($0),\(number)\n" }.joined(), to: "f_\(number).csv")
      scratch.write("\(number % 2)\n", to: "l_\(number).csv")
    }
  }

  private let labelled = """
    "features": "f_%d.csv", "labels": "l_%d.csv", "classes": 2, "align": "end", "batch-size": 4, "epochs": 7
    """

  @Test func batchesAreThoseOfTheReaders() throws {
    writeData()
    let description = try DataDescription(contentsOf: write("{\(labelled)}"))
    let batches = try description.batches()
    let expected = try SequenceBatches(
      features: CSVSequenceRecordReader(NumberedFileInputSplit(scratch.path("f_%d.csv"))),
      labels: .reader(
        CSVSequenceRecordReader(NumberedFileInputSplit(scratch.path("l_%d.csv"))), .oneHot(classes: 2)),
      batchSize: 4, alignment: .end)
    #expect(batches.batchCount == 2)
    for index in 0..<2 {
      #expect(try batches.batch(epoch: 0, index: index) == expected.batch(epoch: 0, index: index))
    }
    #expect(try description.featureFiles().map(\.key) == (0..<8).map(String.init))
    #expect(try description.features().count == 8 && description.labels()?.count == 8)
    var iterator = try description.iterator()
    #expect(try iterator.next() == expected.batch(epoch: 0, index: 0))
    // The contract says how the files are written.
    let header = try DataDescription(contentsOf: write("{\"features\": \"f_%d.csv\", \"skip-lines\": 1}"))
    #expect(try header.batches().contract.fileSettings == ["skip-lines": .integer(1)])
  }

  @Test func partsAreThoseOfTheSplit() throws {
    writeData()
    let description = try DataDescription(contentsOf: write("{\(labelled), \"split\": \"2,1,1\"}"))
    let counts = try DataDescription.Part.allCases.map { try description.batches($0).exampleCount }
    #expect(counts[0] + counts[1] + counts[2] == 8 && counts[0] > 0 && counts[3] == 8)
    // Nobody trains on the test part because a name was forgotten.
    expectMessage(
      "\(scratch.path("d.json")): the data is divided into parts: expected the name of one, found none; read .training, .validation, "
        + ".test or .all"
    ) { _ = try description.batches() }
    let whole = try DataDescription(contentsOf: write("{\(labelled)}"))
    expectMessage(
      "\(scratch.path("d.json")): there is no part \"test\": expected the key \"split\" or \"split-time\", such as \"8,1,1\", found none"
    ) { _ = try whole.batches(.test) }
  }

  @Test(arguments: [
    ("{\"features\": \"f\", \"align\": \"middle\"}", "expected equal, start or end"),
    (
      "{\"features\": \"f\", \"classes\": 2, \"regression\": true}",
      "--classes and --regression exclude each other"
    ),
    ("{\"batch-size\": 0}", "--batch-size 0: at least 1 is needed"),
  ])
  func mistakesNameTheFile(text: String, message: String) {
    let path = write(text)
    expectRejection(path, message) { _ = try DataDescription(contentsOf: path) }
  }

  @Test func dataIsNamed() throws {
    let path = write("{\"epochs\": 3}")
    let description = try DataDescription(contentsOf: path)
    expectRejection(path, "--features is missing") { _ = try description.batches() }
    expectRejection(path, "the key \"features\" is missing") { _ = try description.featureFiles() }
  }
}
