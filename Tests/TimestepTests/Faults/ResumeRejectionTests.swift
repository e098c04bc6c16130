import TestSupport
import Testing

/// Checkpoints that do not suit the request, each rejected with the reason.
@Suite(.startsProcesses) struct ResumeRejectionTests {
  private let training = KilledTraining.all[0]

  /// A directory with the last two checkpoints of a finished training.
  private func trained() throws -> TestDirectory {
    let scratch = TestDirectory()
    try KilledTraining.writeData(into: scratch)
    try results(training.resume(model: "m", every: 2), in: scratch)
    return scratch
  }

  private func newest(_ scratch: TestDirectory) -> String {
    "d/" + (scratch.names(in: "d").filter { $0.hasPrefix("checkpoint-") }.last ?? "none")
  }

  /// Flags that come last and therefore replace others, and the message after the checkpoint's name.
  private static let others: [(flags: [String], problem: String)] = {
    let network = "is a checkpoint of another network: "
    let remedy =
      "; resume with the settings that the training was started with, or start again in another directory"
    let batches = "the checkpoint does not belong to these batches: iterator state: belongs to other "
    func options(_ what: String) -> String {
      batches + "options: \(what); restore it with the options it was taken with"
    }
    return [
      (["--seed", "6"], network + "the seed is 5 there, 6 here" + remedy),
      (["--hidden", "4,5"], network + "the size of layer 2 (lstm) is 3 there, 5 here" + remedy),
      (["--hidden", "4"], network + "the number of layers is 5 there, 3 here" + remedy),
      (["--cell", "rnn"], network + "layer 0 is lstm there, simpleRNN here" + remedy),
      (["--bidirectional"], network + "layer 0 is lstm there, bidirectional here" + remedy),
      (["--dropout", "0.25"], network + "the rate of layer 1 (dropout) is 0.4 there, 0.25 here" + remedy),
      (
        ["--tbptt", "3"],
        network + "back-propagation is full there, truncated (forward 3, backward 3) here" + remedy
      ),
      (["--clip", "1"], network + "the gradient limit is none there, elements (1.0) here" + remedy),
      (["--clip-norm", "1"], network + "the gradient limit is none there, global norm (1.0) here" + remedy),
      (["--l2", "0.5"], network + "l1 and l2 are 0.0, 0.0 there, 0.0, 0.5 here" + remedy),
      (["--batch-size", "4"], options("the batch size was 3, is 4")),
      (["--order", "file"], options("the order was shuffled (seed 5), is sequential")),
      (["--normalize", "minmax"], options("the normalizer of the features changed")),
      (
        ["--range", "0...11"],
        batches
          + "data: the number of sequences was 13, is 12; restore it on the data it was taken from"
      ),
      (
        ["--validation-features", "f_%d.csv", "--validation-labels", "l_%d.csv", "--allow-training-data"],
        "the epochs of this run were measured by score, but this loop measures them by validation score; resume with the "
          + "same validation, or evaluate the models that it has kept again (--judge-anew)"
      ),
    ]
  }()

  @Test func otherSettingsAreRejected() throws {
    let scratch = try trained()
    let path = newest(scratch)
    for (flags, problem) in Self.others {
      try expectFailure(
        "\(path): \(problem)\n",
        setting(["--epochs", "30"] + flags, in: training.resume(model: "m", every: 2)),
        in: scratch)
    }
    // It is unchanged.
    try results(training.resume(model: "m", every: 2), in: scratch)
  }

  @Test func anotherUpdaterIsRejected() throws {
    let scratch = try trained()
    let run = try timestep(
      setting(["--updater", "sgd"], in: training.resume(model: "m", every: 2)), in: scratch)
    #expect(run.exitCode == 1)
    #expect(
      run.error.hasPrefix(
        "\(newest(scratch)): is a checkpoint of another network: the updater is adam (learning rate constant (0.01), "
      ))
  }

  @Test func checkpointsOfARunAreNotMixedWithAnother() throws {
    let scratch = try trained()
    try expectFailure(
      "\(newest(scratch)): a new run needs a directory without checkpoints, but this one contains those of another run; "
        + "resume that run, or choose another directory\n",
      training.train(model: "m") + ["--checkpoints", "d"], in: scratch)
  }

  /// A truncated, empty or foreign checkpoint is named in the error; after its removal, the previous one is
  /// used.
  @Test func aDamagedNewestCheckpointIsNamed() throws {
    let scratch = try trained()
    let model = try scratch.bytes(of: "m")
    let path = newest(scratch)
    let whole = try scratch.bytes(of: path)
    let remedy = "; remove it to resume from the one before it, or start again in another directory\n"
    let damages: [([UInt8], String)] = [
      (
        [],
        "is not a sound safetensors file: it has only 0 bytes, too few for a header; it is of another format, or damaged "
          + "or cut off: make it again"
      ),
      (Array("no model at all\n".utf8), "is not a sound safetensors file: "),
      (Array(whole.dropLast(1)), "is not a sound safetensors file: "),
      (Array(whole.prefix(500)), "is not a sound safetensors file: it promises a header of "),
    ]
    for (bytes, problem) in damages {
      scratch.write(bytes, to: path)
      let run = try timestep(training.resume(model: "m", every: 2), in: scratch)
      #expect(run.exitCode == 1)
      #expect(run.error.hasPrefix("\(path): the checkpoint cannot be restored: \(problem)"), "\(run.error)")
      #expect(run.error.hasSuffix(remedy), "\(run.error)")
      #expect(try scratch.bytes(of: "m") == model)
    }
    // A model is not a checkpoint, even if it is intact.
    scratch.write(model, to: path)
    try expectFailure(
      "\(path): the checkpoint cannot be restored: it is a model without a run\(remedy)",
      training.resume(model: "m", every: 2), in: scratch)
    scratch.remove(path)
    try results(training.resume(model: "m", every: 2), in: scratch)
    #expect(try scratch.bytes(of: "m") == model)
  }
}
