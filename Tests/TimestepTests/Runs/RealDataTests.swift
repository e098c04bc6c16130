import TestSupport
import Testing

/// The network's results on data with published results; only in release builds, which are fast enough.
@Suite(.startsProcesses, .enabled(if: !isDebug), .serialized) struct RealDataTests {
  private func accuracy(_ flags: [String], in scratch: TestDirectory) throws -> Double {
    let output = try results(["train", "--model", "m", "--normalize", "standardize"] + flags, in: scratch)
    return try #require(Double(output.dropFirst("test accuracy ".count).dropLast()), "\(output)")
  }

  private func data(_ directory: String, _ train: String, _ test: String, classes: Int) -> [String] {
    [
      "--features", "\(directory)/\(train)Input_%d.csv", "--labels", "\(directory)/\(train)Labels_%d.csv",
      "--test-features", "\(directory)/\(test)Input_%d.csv", "--test-labels",
      "\(directory)/\(test)Labels_%d.csv", "--classes", "\(classes)", "--align", "end",
    ]
  }

  /// Nine speakers, identified by a vowel; 270 utterances for training, 370 for testing.
  @Test(arguments: [1, 2, 3]) func japaneseVowelsInBothDirections(seed: Int) throws {
    let scratch = TestDirectory()
    let flags = data(fixture("japanese-vowels"), "train/my", "test/my", classes: 9)
    let training = ["--hidden", "64", "--bidirectional", "--learning-rate", "0.003", "--epochs", "40"]
    #expect(try accuracy(flags + training + ["--seed", "\(seed)"], in: scratch) >= 0.95)
  }

  /// Gradients through a third of a series, with the carried state of the rest, learn as well as full
  /// gradients.
  @Test(arguments: [1, 2, 3]) func syntheticControlWholeAndOnLanes(seed: Int) throws {
    let scratch = TestDirectory()
    var charts = SyntheticControl(seed: 1)
    try charts.write(450, to: "train", in: scratch)
    try charts.write(150, to: "test", in: scratch)
    let flags =
      data(".", "train", "test", classes: SyntheticControl.classCount)
      + ["--hidden", "32", "--clip", "1", "--learning-rate", "0.003", "--seed", "\(seed)"]
    #expect(try accuracy(flags + ["--epochs", "60", "--batch-size", "16"], in: scratch) >= 0.95)
    #expect(try accuracy(flags + ["--epochs", "80", "--lanes", "16", "--tbptt", "20"], in: scratch) >= 0.95)
  }
}
