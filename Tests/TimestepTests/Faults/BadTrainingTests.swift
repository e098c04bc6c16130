import TestSupport
import Testing
import Timestep

/// Trainings that must fail, and unusable models: the messages are right, and nothing is written.
@Suite(.startsProcesses) struct BadTrainingTests {
  private let regression = ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--regression"]

  private func smallScratch() throws -> TestDirectory {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    return scratch
  }

  /// The cell, its name in the message, and the kind of divergence.
  @Test(arguments: [
    ("lstm", "lstm", "1e30", "the gradient of W of layer 1 (lstm) is not finite"),
    ("graves", "graves", "1e30", "the gradient of W of layer 1 (graves) is not finite"),
    ("gru", "gru", "1e30", "the gradient of W of layer 1 (gru) is not finite"),
    ("rnn", "simpleRNN", "1e30", "the gradient of W of layer 1 (simpleRNN) is not finite"),
  ])
  func aDivergingTrainingReportsWhereAndWritesNothing(
    cell: String, name: String, rate: String, problem: String
  )
    throws
  {
    let scratch = try smallScratch()
    let before = scratch.tree()
    let run = try timestep(
      [
        "train", "--model", "m", "--epochs", "9", "--hidden", "4,4", "--cell", cell, "--updater", "sgd",
        "--learning-rate", rate, "--batch-size", "2", "--order", "file",
      ] + regression, in: scratch)
    #expect(run.exitCode == 1 && run.output == "")
    let line = run.error.split(separator: "\n").last.map(String.init) ?? ""
    let start =
      "epoch 1, batch 2, iteration 2, data f_2.csv:1: \(problem), so no update was made; the largest feature of the batch "
      + "is 4.0000, the largest label 1.0000; train with --"
    #expect(line.hasPrefix(start), "\(line)")
    #expect(line.contains(" updates on the same data stayed finite"), "\(line)")
    #expect(scratch.tree() == before)
  }

  /// The very last update diverges, so no later update can notice it.
  @Test func aModelOfInfinitiesIsNotWritten() throws {
    let scratch = try smallScratch()
    let train =
      [
        "train", "--model", "m", "--epochs", "1", "--hidden", "2", "--updater", "sgd", "--learning-rate",
        "3e38",
      ]
      + ["--features", "f_%d.csv", "--labels", "g_%d.csv", "--regression"]
    for number in 0..<3 { scratch.write(try scratch.bytes(of: "f_\(number).csv"), to: "g_\(number).csv") }
    let problem =
      "is not written: layer0.W has values that are not finite, so the model is useless; train with "
    let before = scratch.tree()
    var run = try timestep(train, in: scratch)
    #expect(run.exitCode == 1)
    #expect(run.error.split(separator: "\n").last?.hasPrefix("m: \(problem)") == true, "\(run.error)")
    #expect(scratch.tree() == before)
    run = try timestep(train + ["--checkpoints", "d"], in: scratch)
    #expect(run.exitCode == 1)
    #expect(
      run.error.split(separator: "\n").last?.hasPrefix("d/checkpoint-00000001.safetensors: \(problem)")
        == true,
      "\(run.error)")
    let after = (before + ["./d"]).sorted()
    #expect(scratch.tree() == after)
  }

  @Test(arguments: [
    (
      ["--tbptt", "2", "--bidirectional"],
      "--bidirectional and --tbptt exclude each other: a layer that runs backwards needs whole series"
    ),
    (["--lanes", "2"], "--lanes requires --tbptt: the number of steps per piece"),
    (["--freeze", "1"], "--freeze requires --from"),
    (["--from", "m", "--freeze", "0"], "--freeze 0: at least 1 layer is needed"),
    (
      ["--from", "m", "--hidden", "5"],
      "--from and --hidden exclude each other: the model has its layers already"
    ),
    (
      ["--from", "m", "--cell", "gru"],
      "--from and --cell exclude each other: the model has its layers already"
    ),
    (
      ["--from", "m", "--bidirectional"],
      "--from and --bidirectional exclude each other: the model has its layers already"
    ),
    (
      ["--from", "m", "--dropout", "0.1"],
      "--from and --dropout exclude each other: the model has its layers already"
    ),
    (["--resume"], "--resume requires --checkpoints"),
    (["--checkpoint-every", "2"], "--checkpoint-every requires --checkpoints"),
    (
      ["--patience", "2"],
      "--patience requires --validation-features, --validation-batches, --split, --split-time or --fold: data to evaluate each epoch on"
    ),
    (["--class-weights", "1,2,3"], "--class-weights: 3 factors for 2 classes"),
    (["--dropout", "1"], "--dropout 1.0: a share from 0 to below 1 is needed"),
    (["--time-limit", "0"], "--time-limit 0.0: a number of seconds from 0.001 to 1000000000 is needed"),
  ])
  func incompatibleFlags(flags: [String], problem: String) throws {
    let scratch = try smallScratch()
    try expectFailure(
      "Error: \(problem)", ["train", "--model", "n", "--epochs", "1"] + smallData + flags, in: scratch,
      exitCode: 64)
  }

  /// All commands report a file that is not a model in the same words.
  @Test func filesThatAreNotModels() throws {
    let scratch = try smallScratch()
    try results(["train", "--model", "m"] + smallData + shortTraining, in: scratch)
    let model = try scratch.bytes(of: "m")
    scratch.write(Array(model.dropLast(3)), to: "cut")
    scratch.write([], to: "empty")
    scratch.write("PK\u{3}\u{4} a zip archive of another program", to: "foreign")
    for (name, key, value) in [("newer", "version", "5"), ("other", "format", "timestep-mode1")] {
      let file = try SafetensorsFile(scratch.path("m"))
      let tensors = try file.all()
      let writer = try SafetensorsWriter(
        scratch.path(name), tensors: tensors.map(\.info),
        metadata: file.metadata.merging([key: value]) { _, new in new })
      for tensor in tensors { try writer.append(tensor.value) }
      try writer.commit()
    }
    let faults = [
      ("empty", "is not a sound safetensors file: it has only 0 bytes, too few for a header; "),
      ("cut", "is not a sound safetensors file: "),
      ("foreign", "is not a sound zip archive of a Deeplearning4j model: "),
      (
        "newer",
        "has model format version 5, this program knows versions 1 to 4; use the program that wrote it, "
      ),
      (
        "other",
        "is a safetensors file, but not a model of this program; name a file that \"timestep train\" wrote"
      ),
      ("none", "cannot be opened: no such file or directory; check the name and the working directory"),
    ]
    let before = scratch.tree()
    for (name, problem) in faults {
      for command in [
        ["train", "--model", "n", "--epochs", "1", "--from", name] + smallData,
        ["evaluate", "--model", name] + smallData, ["predict", "--model", name],
      ] {
        let run = try timestep(command, in: scratch)
        #expect(run.exitCode == 1 && run.output == "")
        #expect(run.error.hasPrefix("\(name): \(problem)"), "\(run.error)")
        #expect(run.error.count { $0 == "\n" } == 1)
      }
    }
    #expect(scratch.tree() == before)
  }

  private func replacing(_ old: String, with new: String, in bytes: [UInt8]) throws -> [UInt8] {
    // In the metadata, a JSON string may be inside a JSON string; the version of the file itself is not.
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    let location = try #require(
      bytes.indices.first { bytes[$0...].starts(with: old) }, "\(String(decoding: old, as: UTF8.self))")
    var changed = bytes
    changed.replaceSubrange(location..<location + old.count, with: new)
    return changed
  }

  /// A model accepts only data like that it was trained on.
  @Test func modelsOfOtherDataAreNotTrainedFurther() throws {
    let scratch = try smallScratch()
    try results(
      ["train", "--model", "m", "--normalize", "standardize"] + smallData + shortTraining, in: scratch)
    for number in 0..<3 { scratch.write("1,2,3\n4,5,6\n", to: "w_\(number).csv") }
    let onward = ["train", "--model", "n", "--epochs", "1", "--from", "m"]
    try expectFailure(
      "m: does not fit the data: the model requires 2 feature columns, the data has 3; leave out the columns that it does not know "
        + "(--drop-columns=2), or train it on data of the same form\n",
      onward + ["--features", "w_%d.csv", "--labels", "l_%d.csv", "--classes", "2"], in: scratch)
    try expectFailure(
      "m: has 1 recurrent layer to freeze: expected --freeze 1, found --freeze 2; freeze fewer layers\n",
      onward + smallData + ["--freeze", "2"], in: scratch)
  }

  /// NaN and infinity are read only on request; the network's error then names the location.
  @Test(arguments: [("nan", "nan"), ("-inf", "-inf")])
  func featuresThatAreNotFinite(text: String, value: String) throws {
    let scratch = try smallScratch()
    scratch.write("1,2\n3,\(text)\n", to: "f_1.csv")
    func batches(_ nonFinite: NonFiniteValues) throws -> SequenceDataSetIterator {
      try SequenceDataSetIterator(
        features: CSVSequenceRecordReader(
          NumberedFileInputSplit(scratch.path("f_%d.csv"), 0...2), nonFinite: nonFinite),
        labels: CSVSequenceRecordReader(NumberedFileInputSplit(scratch.path("l_%d.csv"), 0...2)),
        labelEncoding: .oneHot(classes: 2))
    }
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 2), seed: 1, updater: .adam(learningRate: 0.001)
    ) {
      LSTM(3)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    let before = network[parameter: "layer0.W"]
    let allowed = try batches(.allowed)
    let path = scratch.path("f_1.csv")
    #expect(
      throws: NetworkError(
        "feature 1 at step 1 of example 1 (\(path)) is \(value); a network requires finite numbers: mask the step, "
          + "or clean the data")
    ) { try TrainingLoop(epochs: 1).fit(&network, allowed) }
    #expect(network[parameter: "layer0.W"] == before)
    let rejected = try batches(.rejected)
    let error = #expect(throws: RecordError.self) { try TrainingLoop(epochs: 1).fit(&network, rejected) }
    #expect(error?.description.hasPrefix("\(path):2:3: field 2 is not finite: ") == true)
  }
}
