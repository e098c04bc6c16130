import Platform
import Reports
import Timestep

/// The HTML report of a training run for `--report`, written when the run ends, even if it fails or is
/// interrupted.
final class RunPage {
  private let path: String
  private let recorder: RunRecorder
  private let judges: [ReportEvaluation]
  private let title: String
  private let facts: (settings: [Page.Fact], data: [Page.Fact])
  private var layers: Page.Table?  // nil for a trainer that is not a network
  // nil until the model has been evaluated
  private var result: (name: String, judgement: ReportEvaluation.Judgement)?

  /// Makes the page of a training run that has not begun.
  ///
  /// - Parameters:
  ///   - training: The training data.
  ///   - test: The test data; without it, the model is evaluated on the training data alone, and the page
  ///     says so.
  ///   - epochs: The number of passes; the model is evaluated at most fifty times during the run.
  init(
    _ path: String, _ title: String, training: BatchSource, test: BatchSource?, epochs: Int,
    allowing policy: EvaluationPolicy, settings: [Page.Fact]
  ) {
    (self.path, self.title) = (path, title)
    judges =
      [Self.judge("training", training.inOrder, allowing: .fittedExamples)]
      + (test.map { [Self.judge("test", $0, allowing: policy)] } ?? [])
    recorder = RunRecorder(judges: judges, everyEpochs: (epochs + 49) / 50)
    facts = (settings, Self.facts(training.contract))
  }

  /// The listener that records the run for the page.
  var listener: any TrainingListener { recorder }

  /// Checks before training that the page can be written, and would not replace a file that is not such a
  /// page.
  static func checkLocation(_ path: String) throws {
    _ = try FileWriter(path)
    guard Directory.kind(of: path) == .file else { return }
    let file = try MappedFile(path)
    guard withExtendedLifetime(file, { Page.isReplaceable(file.bytes) }) else {
      throw FileError(
        path: path,
        problem: "exists and is not a report, so it is not replaced; choose another name for --report")
    }
  }

  /// True if the training has begun; before that there is nothing to report, and an earlier page stays.
  var hasBegun: Bool { recorder.run.hasBegun }

  /// Adds the layers of a network to the page.
  func show(_ network: MultiLayerNetwork) {
    layers = Page.Table(
      head: ["layer", "in", "out", "parameters"],
      rows: network.summary().layers.map {
        [$0.name, "\($0.input.type)", "\($0.output.type)", "\($0.parameterCount)"]
      })
  }

  /// Evaluates the trained model: that of the best epoch, if there is one.
  func judge(_ trainer: some Trainer) throws {
    guard let judge = judges.last else { return }
    result = ("\(judge.name) data", try judge.judge(trainer))
  }

  /// Writes the page, complete or not at all.
  func write() throws {
    var report = TrainingReport(title, recorder.run)
    report.command = commandLine(CommandLine.arguments)
    (report.settings, report.data) = facts
    (report.layers, report.result) = (layers, result)
    try report.page.write(to: path)
  }

  private static func judge(
    _ name: String, _ source: BatchSource, allowing policy: EvaluationPolicy
  ) -> ReportEvaluation {
    let contract = source.contract
    func made(over batches: some DataSetIterator) -> ReportEvaluation {
      if contract.labels.encoding == .oneHot {
        return .classifier(name, on: batches, classNames: contract.labels.names, allowing: policy)
      }
      var reverting: (@Sendable (Tensor, Mask) -> Tensor)?
      if let normalizer = contract.labelsNormalizer { reverting = { normalizer.revert($0, mask: $1) } }
      return .regressor(
        name, on: batches, columns: contract.labels.names, reverting: reverting, allowing: policy)
    }
    let batches: any ResumableDataSetIterator = source.iterator
    return made(over: batches)
  }

  private static func facts(_ contract: DataContract) -> [Page.Fact] {
    let (columns, labels) = (contract.columns, contract.labels)
    let isClasses = labels.encoding == .oneHot
    return [
      Page.Fact("feature columns", "\(columns.count) (\(few(columns)))"),
      Page.Fact(isClasses ? "classes" : "label columns", "\(labels.names.count) (\(few(labels.names)))"),
      Page.Fact("alignment", "\(contract.alignment)"),
    ] + (contract.transforms.map { [Page.Fact("transforms", $0.summary)] } ?? [])
  }

  private static func few(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
  }
}

extension BatchSource {
  /// The same batches in the order of the data, if it is known.
  fileprivate var inOrder: BatchSource {
    guard case .sequences(let dataSets, let faults) = self else { return self }
    return .sequences(dataSets.ordered(.sequential), faults)
  }
}

/// Calls `body`, then writes the page, even if `body` throws.
func writing<Result>(_ page: RunPage?, _ body: () throws -> Result) throws -> Result {
  let result: Result
  do {
    result = try body()
  } catch {
    // The training's own error must be the last one reported.
    do { if page?.hasBegun == true { try page?.write() } } catch let second {
      StandardStream.error.write("\(second)\n")
    }
    throw error
  }
  try page?.write()
  return result
}

/// Returns words quoted for a shell, so that they can be copied: one line per flag.
func commandLine(_ words: [String]) -> String {
  words.enumerated().map { index, word in
    // Only the program's name, not its path, so that the same run makes the same page.
    let text = shellQuoted(index == 0 ? String(word.split(separator: "/").last ?? "") : word)
    return index == 0 ? text : word.hasPrefix("--") ? " \\\n  \(text)" : " \(text)"
  }.joined()
}
