import TestSupport
import Testing
import Timestep

/// A run that is resumed with another learning rate.
@Suite(.startsProcesses) struct ChangedLearningRateTests {
  private let train =
    ["train", "--model", "m", "--hidden", "2", "--checkpoints", "d", "--journal", "j"] + smallData

  @Test(arguments: [
    "adam", "sgd", "nesterovs", "adagrad", "rmsprop", "adadelta", "adamw", "nadam", "amsgrad",
  ])
  func theJournalRecordsIt(updater: String) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let words = train + ["--updater", updater]
    try results(words + ["--epochs", "2", "--learning-rate", "0.5"], in: scratch)
    let changed = words + ["--epochs", "4", "--learning-rate", "0.25", "--resume"]
    let refused = try timestep(changed, in: scratch)
    #expect(refused.exitCode == 1)
    #expect(
      refused.error.hasSuffix(
        "is a checkpoint of another network: the learning rate is 0.5 there, 0.25 here; resume with "
          + "the settings that the training was started with, or with another learning rate from here on (--change "
          + "learning-rate), or start again in another directory\n"), "\(refused.error)")
    try results(changed + ["--change", "learning-rate"], in: scratch)
    let journal = try scratch.text(of: "j")
    let rates = journal.split(separator: "\n").map { line in
      line.contains("\"learningRate\":0.5,") ? 0.5 : line.contains("\"learningRate\":0.25,") ? 0.25 : 0
    }
    #expect(rates == [0.5, 0.5, 0.25, 0.25])
    #expect(journal.contains("\"gradientNorms\":["))
    // From now on, the run has the new rate.
    let again = words + ["--epochs", "4", "--learning-rate", "0.25", "--resume"]
    #expect(try timestep(again, in: scratch).exitCode == 0)
    #expect(try scratch.text(of: "j") == journal)
  }

  /// The rate of a run that was changed is that of one which was so from the beginning, where no update was made before.
  @Test func theUpdatersMemoryStays() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(train + ["--epochs", "3"], in: scratch)
    let whole = try scratch.bytes(of: "m")
    try results(
      ["train", "--model", "n", "--hidden", "2", "--checkpoints", "e"] + smallData + ["--epochs", "1"],
      in: scratch)
    // The same rate, given as a change.
    try results(
      [
        "train", "--model", "n", "--hidden", "2", "--checkpoints", "e", "--epochs", "3", "--resume",
        "--change",
        "learning-rate", "--learning-rate", "0.001",
      ] + smallData, in: scratch)
    #expect(try scratch.bytes(of: "n") == whole)
  }
}
