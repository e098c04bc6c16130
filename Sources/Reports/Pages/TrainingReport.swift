import Metrics
import Training

/// A page about a training run: the model's results, the run's course, its data and its settings, in this order.
///
/// ```swift
/// var report = TrainingReport("Nine speakers", recorder.run)
/// try report.evaluate(network, .classifier("test", on: test, classNames: names))
/// report.settings = [.init("hidden units", "64"), .init("seed", "1")]
/// try report.page.write(to: "run.html")
/// ```
/// It works for any run, also one that was interrupted or failed: then it contains what is available. Nothing
/// in it depends on the time, so the same run gives the same page, unless it is given a date or a duration.
public struct TrainingReport: Sendable {
  /// The title of the page.
  public var title: String
  /// The run.
  public var run: RecordedRun
  /// The command that started the run; if empty, none is shown.
  public var command = ""
  /// The settings of the run.
  public var settings: [Page.Fact] = []
  /// The layers of the model; `nil`: not shown.
  public var layers: Page.Table?
  /// Known facts about the data, in addition to what the run has seen.
  public var data: [Page.Fact] = []
  /// The final model's results and the name of the data; `nil`: the last evaluation of the run is used.
  public var result: (name: String, judgement: ReportEvaluation.Judgement)?
  /// What the result compares with, such as the accuracy of always predicting the most frequent class.
  public var comparisons: [Page.Fact] = []
  /// Further charts of the result, such as the error of a forecast by step ahead.
  public var charts: [LineChart] = []
  /// The date of the run, in any form; `nil`: not shown.
  public var date: String?
  /// The time that the run took; `nil`: not shown.
  public var duration: Duration?
  /// The program that made the run, with its version; `nil`: not shown.
  public var version: String?

  /// Makes a report.
  public init(_ title: String, _ run: RecordedRun) { (self.title, self.run) = (title, run) }

  /// Evaluates the final model, once, for its result.
  ///
  /// - Parameters:
  ///   - trainer: The model.
  ///   - evaluation: The evaluation on some data, best on test data that nothing was chosen by.
  /// - Throws: Any error of the evaluation.
  public mutating func evaluate(_ trainer: some Trainer, _ evaluation: ReportEvaluation) throws {
    result = ("\(evaluation.name) data", try evaluation.judge(trainer))
  }

  /// The page.
  public var page: Page {
    var sections: [Page.Section] = []
    if let judged { sections.append(Page.Section("Result: \(judged.name)", resultBlocks(judged))) }
    sections += [
      Page.Section("Learning curves", curveBlocks), Page.Section("Data", dataBlocks),
      Page.Section("Settings", settingBlocks),
    ]
    return Page(title, lead: lead, sections.filter { !$0.blocks.isEmpty })
  }

  /// The result to show, and the name of its data.
  private var judged: (name: String, judgement: ReportEvaluation.Judgement)? {
    if let result { return result }
    // Data that the model has not seen comes last, and is the most informative.
    let evaluated = run.courses.last { $0.judgements.last?.value.figures != nil }
    guard let course = evaluated, let last = course.judgements.last else { return nil }
    return ("\(course.name) data after epoch \(last.epoch + 1)", last.value)
  }

  private func resultBlocks(
    _ judged: (name: String, judgement: ReportEvaluation.Judgement)
  ) -> [Page.Block] {
    let (name, value) = judged.judgement.headline
    let headline = value.isFinite ? [Page.Fact(name, value.short)] : []
    let results = headline + comparisons
    return (results.isEmpty ? [] : [.results(results)]) + Self.blocks(judged.judgement, judged.name)
      + charts.map { .picture($0.svg) }
  }

  private var lead: String {
    let done = "\(run.losses.count) \(run.losses.count == 1 ? "epoch" : "epochs")"
    let ended =
      run.ending.map {
        run.isFinished ? "Finished after \(done): \($0)" : "Ended early, after \(done): \($0)"
      }
      ?? "Not ended yet, after \(done)"
    return ended.hasSuffix(".") ? ended : "\(ended)."
  }

  private var settingBlocks: [Page.Block] {
    let own =
      (date.map { [Page.Fact("date", $0)] } ?? [])
      + (duration.map { [Page.Fact("duration", $0.inWords)] } ?? [])
      + (version.map { [Page.Fact("version", $0)] } ?? [])
    let facts = settings + own
    return (command.isEmpty ? [] : [.code(command)]) + (facts.isEmpty ? [] : [.facts(facts)])
      + (layers.map { [.table($0)] } ?? [])
  }

  private var dataBlocks: [Page.Block] {
    let seen = run.data
    var facts = data
    if seen.batchCount > 0 {
      let cells = Double(max(1, seen.cellCount))
      facts += [
        Page.Fact("training batches", "\(seen.batchCount)"),
        Page.Fact("training series", "\(seen.exampleCount)"),
        Page.Fact("steps with features", "\(seen.featureStepCount)"),
        Page.Fact("steps with labels", "\(seen.labelStepCount)"),
        Page.Fact("padding of features", (1 - Double(seen.featureStepCount) / cells).percent),
      ]
    }
    var blocks: [Page.Block] = facts.isEmpty ? [] : [.facts(facts)]
    if !seen.isComplete, seen.batchCount > 0 {
      blocks.append(
        .text("The run ended in its first pass over the data: the numbers are those of the batches it saw."))
    }
    if let firstBatch = run.firstBatch {
      let picture = Page.Block.picture(firstBatch.svg)
      blocks.append(
        seen.featureStepCount == seen.cellCount
          ? .closed("The masks of the first batch: nothing is padded", [picture]) : picture)
    }
    return blocks
  }
}

// The course of the run.
extension TrainingReport {
  var curveBlocks: [Page.Block] {
    var blocks: [Page.Block] = []
    if run.resumedAt > 0 {
      blocks.append(
        .text(
          "The run was resumed from a checkpoint at update \(run.resumedAt); the curves lack earlier values that the checkpoint does not contain."
        ))
    }
    blocks.append(.picture(run.lossByEpoch.svg))
    if let chart = run.figureByEpoch { blocks.append(.picture(chart.svg)) }
    if let chart = run.validationByEpoch { blocks.append(.picture(chart.svg)) }
    // If every epoch is one update, the first chart shows everything.
    if run.updates.count > run.losses.count {
      blocks.append(.closed("The loss of every update", [.picture(run.lossByUpdate.svg)]))
    }
    return blocks
  }
}

extension Duration {
  /// The duration as people say it: "8.3 s", "2 min 5 s", "1 h 2 min".
  fileprivate var inWords: String {
    let seconds = Double(components.seconds) + Double(components.attoseconds) * 1e-18
    if seconds < 60 { return "\(seconds.fixed(1)) s" }
    let whole = Int(seconds.rounded())
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
