import ArgumentParser
import Reports
import Timestep

/// A model in another process, trained by Timestep's loop on JapaneseVowels.
@main struct YourOwnModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "YourOwnModel",
    abstract: "Trains a PyTorch LSTM in Timestep's loop: which of nine speakers is it?",
    discussion: "Run it from the top of the repository.")

  @Flag(help: "Without PyTorch: softmax regression in plain Python.")
  var quick = false

  @Option(help: "The Python interpreter; without --quick it needs torch and numpy.")
  var python = "python3"

  @Option(help: "The folder for the chart; created if missing.")
  var output = "/tmp/your-own-model"

  func run() throws {
    try Directory.create(output)
    let server = try ModelServer(
      python: python, script: Self.script("model.py"), arguments: quick ? ["--plain"] : [])
    let recorder = RunRecorder()
    let accuracy = try Self.testAccuracy(of: server, epochs: quick ? 30 : 60, recorder)
    try recorder.run.lossByEpoch.write(to: "\(output)/learning.svg")
    print("picture in \(output)")
    let least = quick ? 0.90 : 0.94
    print("test accuracy \(accuracy); at least \(least) is expected")
    if accuracy < least { throw ExitCode.failure }
  }

  /// Returns the path of a file next to this one.
  static func script(_ name: String) -> String {
    #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/\(name)"
  }

  /// Trains a model until it stops improving on validation data, and evaluates it on the test data.
  static func testAccuracy(of server: ModelServer, epochs: Int, _ recorder: RunRecorder) throws -> Double {
    let (features, labels) = try utterances("train", 0...269)
    let parts = Partition(["train": 9, "validation": 1])
    let training = try dataSets(
      parts.part("train", of: features), parts.part("train", of: labels), order: .shuffled(seed: 1))
    let validation = try dataSets(
      parts.part("validation", of: features), parts.part("validation", of: labels))
    let (testFeatures, testLabels) = try utterances("test", 0...369)
    let test = try dataSets(testFeatures, testLabels)

    let normalizer = try AffineNormalizer.standardize(fittedTo: training)

    var model = try PythonModel(server, inputs: 12, outputs: 9, seed: 1)
    let loop = TrainingLoop(
      epochs: epochs, listeners: [ScoreListener(every: 1000), recorder],
      stopping: [NoImprovement(epochs: 10)],
      validation: .score(on: validation.normalized(by: normalizer)))
    let summary = try loop.fit(&model, training.normalized(by: normalizer))
    print("\(summary.losses.count) epochs: \(summary.reason)")

    return try model.evaluate(on: test.normalized(by: normalizer)).accuracy
  }

  /// Returns the utterances of one part, labelled by speaker.
  private static func utterances(_ part: String, _ numbers: ClosedRange<Int>) throws -> (
    features: CSVSequenceRecordReader, labels: CSVSequenceRecordReader
  ) {
    let data = "Fixtures/japanese-vowels/\(part)"
    return (
      try CSVSequenceRecordReader(NumberedFileInputSplit("\(data)/myInput_%d.csv", numbers)),
      try CSVSequenceRecordReader(NumberedFileInputSplit("\(data)/myLabels_%d.csv", numbers))
    )
  }

  private static func dataSets(
    _ features: any SequenceRecordReader, _ labels: any SequenceRecordReader,
    order: ExampleOrder = .sequential
  ) throws -> SequenceBatches {
    try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), alignment: .end, order: order)
  }
}
