import TestSupport
import Testing
import Timestep

/// `convert` and `stream` with `--normalize`, held-out batches, and `inspect --batches`.
@Suite(.startsProcesses) struct NormalizedBatchesTests {
  private let scratch = TestDirectory()
  private let data = ["--features", "f_%d.csv", "--labels", "l_%d.csv"]

  private func written(_ count: Int = 6) {
    for number in 0..<count {
      scratch.write((0..<3).map { "\($0 * number),\($0 + 10)\n" }.joined(), to: "f_\(number).csv")
      scratch.write((0..<3).map { "\(($0 + number) % 2)\n" }.joined(), to: "l_\(number).csv")
    }
  }

  @Test(arguments: ["standardize", "minmax"]) func theManifestHasTheNumbers(normalization: String) throws {
    written()
    let flags = data + ["--regression", "--normalize", normalization]
    try results(["convert", "--output", "o"] + flags, in: scratch)
    try results(["train", "--model", "m"] + flags + shortTraining, in: scratch)
    let contract = try SavedDataSets(scratch.path("o")).contract
    let known = try #require(try ModelFile(scratch.path("m")).contract)
    #expect(contract.featuresNormalizer == known.featuresNormalizer && contract.featuresNormalizer != nil)
    #expect(contract.labelsNormalizer == known.labelsNormalizer && contract.labelsNormalizer != nil)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    let mean = batch.features.elements.reduce(0, +) / Float(batch.features.elements.count)
    #expect(normalization == "minmax" ? mean > 0.2 : abs(mean) < 1e-5)
    // A model trained on the batches is the same, and evaluates data that is not normalized.
    try results(["train", "--model", "n", "--batches", "o", "--order", "file"] + shortTraining, in: scratch)
    try results(["train", "--model", "k", "--order", "file"] + flags + shortTraining, in: scratch)
    let evaluate = ["evaluate", "--json", "--allow-training-data", "--model"]
    let figures = try results(evaluate + ["n"] + data, in: scratch)
    #expect(figures == (try results(evaluate + ["k"] + data, in: scratch)))
    #expect(figures == (try results(evaluate + ["n", "--batches", "o"], in: scratch)))
    let rejected = try timestep(["evaluate", "--model", "n", "--batches", "o"], in: scratch)
    #expect(rejected.exitCode == 1 && rejected.error.contains("was fitted on this example"))
    try expectFailure(
      "Error: --normalize minmax: the batches were normalized when they were written; leave out --normalize",
      ["train", "--model", "x", "--batches", "o", "--normalize", "minmax"], in: scratch, exitCode: 64)
  }

  @Test func partsAndShardsAreNormalizedAlike() throws {
    written(24)
    func normalizer(_ flags: [String]) throws -> AffineNormalizer? {
      try results(
        ["convert", "--output", "o", "--overwrite", "--classes", "2", "--normalize", "standardize"] + data
          + flags,
        in: scratch)
      return try SavedDataSets(scratch.path("o")).contract.featuresNormalizer
    }
    let all = try normalizer([])
    #expect(try normalizer(["--shard", "0/2"]) == all)
    #expect(try normalizer(["--shard", "1/2", "--batching", "sorted"]) == all)
    let train = try normalizer(["--split", "1,1", "--part", "train"])
    #expect(train != all)
    #expect(try normalizer(["--split", "1,1", "--part", "validation"]) == train)
  }

  @Test func heldOutBatches() throws {
    written(24)
    let train = ["--classes", "2"] + data
    for (part, name) in [("train", "a"), ("validation", "v"), ("test", "t")] {
      try results(["convert", "--output", name, "--split", "2,1,1", "--part", part] + train, in: scratch)
    }
    let run = try timestep(
      [
        "train", "--model", "m", "--batches", "a", "--validation-batches", "v", "--test-batches", "t",
        "--normalize", "minmax",
      ]
        + shortTraining, in: scratch)
    #expect(
      run.exitCode == 0 && run.error.contains("validation score") && run.output.hasPrefix("test accuracy"))
    // The batches of other data fit, too.
    try results(
      ["train", "--model", "n", "--test-batches", "t", "--split", "2,1,0"] + train + shortTraining,
      in: scratch)
    try results(["convert", "--output", "w", "--normalize", "minmax"] + train, in: scratch)
    try results(["convert", "--output", "u", "--features", "f_%d.csv"], in: scratch)
    for (name, problem) in [
      (
        "w",
        "the test data does not fit the training data: the model was trained on features that were not normalized, those "
          + "of the data are; give test data of the same form"
      ), ("u", "the test data has no labels to evaluate on; convert it with labels"),
    ] {
      try expectFailure(
        "\(name): \(problem)\n",
        ["train", "--model", "x", "--batches", "a", "--test-batches", name] + shortTraining,
        in: scratch)
    }
    for part in ["test", "validation"] {
      try expectFailure(
        "Error: --split and --\(part)-batches exclude each other: there would be two sets of \(part) data; give the \(part) part "
          + "of --split the weight 0, or choose a part to train on (--part train)",
        ["train", "--model", "x", "--split", "2,1,1", "--\(part)-batches", "t"] + train + shortTraining,
        in: scratch,
        exitCode: 64)
    }
  }

  @Test func inspectShowsSavedBatches() throws {
    written()
    try results(["convert", "--output", "o", "--classes", "2", "--batch-size", "4"] + data, in: scratch)
    let text = try results(["inspect", "--batches", "o", "--batch", "1"], in: scratch)
    #expect(text.hasPrefix("features: 6 sequences, 2 columns, 18 steps\n  length: 3 to 3, median 3\n"))
    #expect(text.contains("\nbatches: 2, aligned equal\n") && text.contains("labels by class: 0: 9, 1: 9\n"))
    #expect(text.contains("masks of batch 1: 2 examples, 3 steps"))
    let table = text.split(separator: "\n").filter { $0.hasPrefix("  0 ") || $0.hasPrefix("  1 ") }.prefix(2)
    #expect(
      try results(["inspect", "--features", "f_%d.csv"], in: scratch).contains(table.joined(separator: "\n")))
    let json = try results(["inspect", "--batches", "o", "--json"], in: scratch)
    #expect(json.contains("\"sequences\":6") && !json.contains("\"command\""))
    try expectFailure(
      "Error: --batch 2: there are 2 batches, numbered from 0",
      ["inspect", "--batches", "o", "--batch", "2"], in: scratch,
      exitCode: 64)
  }

  @Test func inspectShowsColumnsAfterTransforms() throws {
    written()
    let flags = [
      "--features", "f_%d.csv", "--transform", "columns:drop=1", "--transform",
      "map:function=scale,factor=10",
    ]
    let text = try results(["inspect"] + flags, in: scratch)
    let after = try #require(text.split(separator: "features after transforms").last)
    #expect(
      text.contains("features after transforms: 6 sequences, 1 column, 18 steps\n")
        && !after.contains("\n  1 "))
    #expect(after.contains(" 100.00 ") && !after.contains("none can be made"))
    let json = try results(["inspect", "--json"] + flags, in: scratch)
    #expect(json.contains("\"transformed\":[{") && json.contains("\"maximum\":100,"))
  }

  @Test func inspectKeepsALedgerAndABudget() throws {
    written()
    scratch.write("x,1\n2,3\n4,5\n", to: "f_2.csv")
    let flags = ["--features", "f_%d.csv", "--on-error", "skip-sequence"]
    try results(["convert", "--output", "o", "--ledger", "a"] + flags, in: scratch)
    try results(["inspect", "--ledger", "b"] + flags, in: scratch)
    #expect(try scratch.text(of: "a") == scratch.text(of: "b") && !scratch.text(of: "a").isEmpty)
    let run = try timestep(["inspect", "--error-budget", "0"] + flags, in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("raise the budget (--error-budget N)"))
  }
}
