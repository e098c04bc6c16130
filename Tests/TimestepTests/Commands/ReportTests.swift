import Glibc
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// `timestep train --report`: a page at the end, also after a failure or an interruption.
@Suite(.startsProcesses) struct ReportTests {
  private let training = ["train", "--model", "m", "--epochs", "3", "--hidden", "2", "--batch-size", "2"]

  private func smallScratch() throws -> TestDirectory {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    return scratch
  }

  @Test func aTrainingHasAPage() throws {
    let scratch = try smallScratch()
    try results(
      training + smallData + [
        "--report", "run.html", "--test-features", "f_%d.csv", "--test-labels", "l_%d.csv", "--seed", "7",
        "--normalize", "standardize", "--allow-training-data",
      ], in: scratch)
    let root = try Markup(try scratch.text(of: "run.html"))
    #expect(root.all("title").first?.text == "Training of m")
    #expect(root.all("h2").map(\.text) == ["Result: test data", "Learning curves", "Data", "Settings"])
    #expect(
      root.all("code").first?.text.hasPrefix("timestep train \\\n  --model m \\\n  --epochs 3 ") == true)
    let facts = Dictionary(
      zip(root.all("dt").map(\.text), root.all("dd").map(\.text)), uniquingKeysWith: { first, _ in first })
    for (name, value) in [
      ("epochs", "3"), ("batch size", "2"), ("normalization", "standardize"), ("seed", "7"),
      ("learning rate", "0.001"),
      ("classes", "2 (0, 1)"), ("feature columns", "2 (0, 1)"), ("training series", "3"),
      ("padding of features", "0 %"), ("version", "Timestep \(TimestepVersion.current)"),
      ("accuracy of always predicting class \"0\", the most frequent in training", "0.5000"),
    ] {
      #expect(facts[name] == value, "\(name)")
    }
    #expect(root.ofClass("lead").first?.text == "Finished after 3 epochs: all epochs are done.")
    #expect(root.ofClass("results").first?.all("dt").first?.text == "accuracy")
    #expect(facts["date"] == nil && facts["duration"] == nil)
    let pictures = Dictionary(
      root.all("svg").map { ($0.children[0].text, $0) }, uniquingKeysWith: { first, _ in first })
    // Three epochs on the training data, six updates; the test data is evaluated once.
    #expect(pictures["Loss of every epoch"]?.all("circle").count == 3)
    #expect(pictures["Accuracy by epoch"]?.all("circle").count == 3)
    #expect(pictures["Loss of every update"]?.all("circle").count == 6)
    #expect(root.all("summary").last?.text == "The masks of the first batch: nothing is padded")
    #expect(pictures["Batch 1 of epoch 1"]?.all("text").contains { $0.text.hasPrefix("f_") } == true)
    let matrix = try #require(pictures["Confusion matrix: test data"])
    for name in ["0", "1"] { #expect(matrix.ofClass("end").contains { $0.text == name }) }
  }

  /// Validation data has curves, with the best epoch; a date is shown as it is given.
  @Test func validationHasCurvesAndADateIsShown() throws {
    let scratch = try smallScratch()
    try results(
      training + smallData + [
        "--report", "run.html", "--report-date", "30 Nov <2026>", "--validation-features", "f_%d.csv",
        "--validation-labels", "l_%d.csv", "--test-features", "f_%d.csv", "--test-labels", "l_%d.csv",
        "--monitor", "accuracy", "--allow-training-data",
      ], in: scratch)
    let root = try Markup(try scratch.text(of: "run.html"))
    let facts = Dictionary(
      zip(root.all("dt").map(\.text), root.all("dd").map(\.text)), uniquingKeysWith: { first, _ in first })
    #expect(facts["date"] == "30 Nov <2026>" && facts["duration"]?.hasSuffix(" s") == true)
    #expect(facts["accuracy on the validation data"] != nil)
    let pictures = Dictionary(
      root.all("svg").map { ($0.children[0].text, $0) }, uniquingKeysWith: { first, _ in first })
    for name in ["Loss of every epoch", "Accuracy by epoch", "Validation accuracy by epoch"] {
      let texts = pictures[name]?.all("text").map(\.text) ?? []
      #expect(texts.contains { $0.hasPrefix("best epoch: ") }, "\(name): \(texts)")
      #expect(!texts.contains("test"))
    }
    #expect(pictures["Accuracy by epoch"]?.all("circle").count == 6)
  }

  /// Recording changes nothing, and the page depends only on the run.
  @Test func theModelIsTheSameWithAPage() throws {
    let scratch = try smallScratch()
    try results(training + smallData, in: scratch)
    let model = try scratch.bytes(of: "m")
    try results(training + smallData + ["--report", "run.html"], in: scratch)
    #expect(try scratch.bytes(of: "m") == model)
    let page = try scratch.bytes(of: "run.html")
    try results(training + smallData + ["--report", "run.html"], in: scratch)
    #expect(try scratch.bytes(of: "run.html") == page)
    // There was no held-out data.
    #expect(try scratch.text(of: "run.html").contains("Result: training data"))
  }

  /// Writes labels that are the features of the same step.
  private func copyFeatures(in scratch: TestDirectory) throws {
    for name in scratch.tree() where name.hasPrefix("./f_") {
      scratch.write(try scratch.bytes(of: name), to: "g_" + name.dropFirst("./f_".count))
    }
  }

  @Test func numbersHaveAPageToo() throws {
    let scratch = try smallScratch()
    try copyFeatures(in: scratch)
    try results(
      training + [
        "--features", "f_%d.csv", "--labels", "g_%d.csv", "--regression", "--tbptt", "1", "--report",
        "r.html",
      ],
      in: scratch)
    let root = try Markup(try scratch.text(of: "r.html"))
    let titles = root.all("svg").map { $0.children[0].text }
    #expect(titles.contains("Root mean squared error by epoch"))
    #expect(titles.contains("Forecast and truth: training data"))
  }

  @Test func aTrainerOfAPlugInHasAPage() throws {
    let scratch = try smallScratch()
    try results(
      ["train", "--model", "m", "--trainer", "network:hidden=2", "--epochs", "2", "--report", "r.html"]
        + smallData,
      in: scratch)
    let root = try Markup(try scratch.text(of: "r.html"))
    #expect(root.all("title").first?.text == "Training of m")
    #expect(root.all("dd").contains { $0.text == "network" })
    #expect(root.all("svg").contains { $0.children[0].text == "Confusion matrix: training data" })
  }

  /// The page comes last: a full disk loses neither the model nor its results.
  @Test func anUnwritablePageDoesNotLoseTheModel() throws {
    let scratch = try smallScratch()
    // Files are limited to 4 KiB: the model is smaller, the page larger.
    let run = try timestep(
      training + smallData + [
        "--report", "run.html", "--test-features", "f_%d.csv", "--test-labels", "l_%d.csv",
        "--allow-training-data",
      ], in: scratch, prefix: ["sh", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""])
    #expect(run.exitCode == 1)
    #expect(
      run.error.hasSuffix(
        "run.html: cannot be written: the limit on the size of files is reached; raise it (ulimit -f) or choose another "
          + "place\n"), "\(run.error)")
    #expect(run.output.hasPrefix("test accuracy "))
    try results(["evaluate", "--model", "m", "--allow-training-data"] + smallData, in: scratch)
    #expect(!scratch.names().contains { $0.hasPrefix("run.html") })
  }

  @Test(arguments: [SIGINT, SIGTERM]) func anInterruptedTrainingHasAPage(signal: Int32) throws {
    let scratch = try smallScratch()
    let command = try RunningCommand(
      ["train", "--model", "m", "--epochs", "1000000", "--hidden", "2", "--report", "run.html"] + smallData,
      in: scratch)
    #expect(waitUntil { command.errorSoFar.contains("epoch 2/") }, "the training has begun")
    command.send(signal)
    let run = try command.finish()
    #expect(run.exitCode == 128 + signal && run.output == "")
    let name = signal == SIGINT ? "SIGINT (Ctrl-C)" : "SIGTERM"
    #expect(
      run.error.hasSuffix(
        "\ninterrupted by \(name): no model was written; run it again; a run with --checkpoints DIRECTORY can be "
          + "continued\n"))
    let root = try Markup(try scratch.text(of: "run.html"))
    let lead = try #require(root.ofClass("lead").first?.text)
    #expect(lead.hasPrefix("Ended early, after ") && lead.contains(": interrupted by \(name)."))
    #expect(!scratch.names().contains("m"))
    #expect(root.all("svg").contains { $0.children[0].text == "Loss of every epoch" })
  }

  @Test func aTrainingThatDivergesHasAPage() throws {
    let scratch = try smallScratch()
    try copyFeatures(in: scratch)
    let run = try timestep(
      [
        "train", "--model", "m", "--epochs", "9", "--hidden", "4,4", "--updater", "sgd", "--learning-rate",
        "1e30",
        "--batch-size", "2", "--order", "file", "--features", "f_%d.csv", "--labels", "g_%d.csv",
        "--regression", "--report",
        "run.html",
      ], in: scratch)
    #expect(run.exitCode == 1)
    let lead = try Markup(try scratch.text(of: "run.html")).ofClass("lead").first?.text ?? ""
    #expect(lead.hasPrefix("Ended early, after 0 epochs: epoch 1, batch 2, iteration 2"), "\(lead)")
  }

  @Test func anUnwritablePageIsRejectedBeforeTheTraining() throws {
    let scratch = try smallScratch()
    let train = ["train", "--model", "m"] + smallData + shortTraining
    try expectFailure(
      "d/run.html: cannot be created: no such file or directory; check the name and the working directory\n",
      train + ["--report", "d/run.html"], in: scratch)
    scratch.write("1,2\n", to: "notes")
    try expectFailure(
      "notes: exists and is not a report, so it is not replaced; choose another name for --report, or replace it with "
        + "--overwrite\n",
      train + ["--report", "notes"], in: scratch)
    try expectFailure(
      "Error: --report is empty; name the page to write", train + ["--report", ""], in: scratch, exitCode: 64)
    try expectFailure(
      "Error: --report and --model name the same file: m; give the report its own",
      train + ["--report", "m"],
      in: scratch, exitCode: 64)
    try expectFailure(
      "Error: --report and --journal name the same file: ./j; give the report its own",
      train + ["--journal", "j", "--report", "./j"], in: scratch, exitCode: 64)
  }

  /// The page tells of the last run, even if that failed before it began; a mistake on the command line is no run.
  @Test func aRunThatFailsAtOnceReplacesAnEarlierPage() throws {
    let scratch = try smallScratch()
    try results(training + smallData + ["--report", "run.html"], in: scratch)
    let page = try scratch.bytes(of: "run.html")
    let run = try timestep(
      [
        "train", "--model", "m", "--features", "no_%d.csv", "--labels", "l_%d.csv", "--classes", "2",
        "--report", "run.html",
      ],
      in: scratch)
    #expect(run.exitCode == 1)
    #expect(try scratch.text(of: "run.html").contains("Ended early, after 0 epochs: no_%d.csv: "))
    scratch.write(page, to: "run.html")
    #expect(try timestep(training + ["--report", "run.html"], in: scratch).exitCode == 64)
    #expect(try scratch.bytes(of: "run.html") == page)
  }

  @Test func wordsAreQuotedForAShell() {
    #expect(
      commandLine(["/usr/bin/timestep", "train", "--features", "my data/f_%d.csv", "it's", "", "$HOME", "*"])
        == "timestep train \\\n  --features 'my data/f_%d.csv' 'it'\\''s' '' '$HOME' '*'")
  }
}
