import ArgumentParser
import Glibc
import Reports
import Timestep

// An LSTM classifies six kinds of control charts: it reads a chart, and names its kind at the end (many to
// one).
let options = Options.parseOrExit()

func run() throws {
  try Directory.create(options.output)  // fails now, not after the training
  // 1. Files: one per series, one line per step; label files have one line per series.
  let scratch = try TemporaryDirectory()
  let folder = try ControlCharts.folder(of: options.data, or: scratch.path)

  // 2. Two readers make batches: files are paired by number, and the label is at the last step.
  func charts(_ part: String, order: ExampleOrder = .sequential) throws -> SequenceBatches {
    let features = try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/\(part)/myInput_%d.csv"))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/\(part)/myLabels_%d.csv"))
    return try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(names: ControlCharts.classNames)), batchSize: 32,
      alignment: .end, order: order)
  }

  var accuracies: [Double] = []
  for seed: UInt64 in options.quick ? [1] : [1, 2, 3] {
    // 3. Both parts are standardized with the statistics of the training part.
    let training = try charts("train", order: .shuffled(seed: seed))
    let normalizer = try AffineNormalizer.standardize(fittedTo: training)
    let batches = training.normalized(by: normalizer)
    let test = try charts("test").normalized(by: normalizer)

    // 4. A network, and a loop that trains it. The recorder collects data for the pictures.
    let epochs = options.quick ? 25 : 60
    var network = try MultiLayerNetwork(
      for: batches.contract, seed: seed,
      updater: .adam(learningRate: .cosine(0.005, over: epochs, unit: .epochs)), gradientLimit: .elements(1)
    ) {
      LSTM(32)
    }
    let recorder = RunRecorder(judges: [.classifier("test", on: test, classNames: ControlCharts.classNames)])
    try TrainingLoop(epochs: epochs, listeners: [ProgressBar(), recorder]).fit(&network, batches)

    // 5. Evaluation on charts that it has not seen.
    let evaluation = try network.evaluate(on: test, classNames: ControlCharts.classNames)
    let accuracy = try evaluation.accuracy
    accuracies.append(accuracy)
    print("test accuracy \(accuracy.fixed(4)) (seed \(seed))")
    guard seed == 1 else { continue }

    // 6. Pictures of the first run.
    print(evaluation.confusion)
    try recorder.run.lossByEpoch.write(to: "\(options.output)/learning.svg")
    try ConfusionMatrixPicture(
      evaluation.confusion, "Control charts: \(test.exampleCount) test series"
    )
    .write(to: "\(options.output)/confusion.svg")
    try TrainingReport("Synthetic control charts", recorder.run).page.write(to: "\(options.output)/run.html")
    print("pictures in \(options.output)")
  }

  // A result below the bound is an error.
  let bound = options.quick ? 0.90 : 0.97
  if let worst = accuracies.min(), worst < bound {
    StandardStream.error.write("the test accuracy \(worst) is below \(bound)\n")
    exit(1)
  }
}

// An error is printed as a message; uncaught at the top level, it would be a crash.
do { try run() } catch {
  StandardStream.error.write("\(error)\n")
  exit(1)
}
