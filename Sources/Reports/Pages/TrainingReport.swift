import Metrics
import Training

/// A page about a training run: its settings, its data, its course, and the model's results.
///
/// ```swift
/// var report = TrainingReport("Nine speakers", recorder.run)
/// report.settings = [.init("hidden units", "64"), .init("seed", "1")]
/// try report.page.write(to: "run.html")
/// ```
/// It works for any run, also one that was interrupted or failed: then it contains what is available. Nothing
/// in it depends on the time, so the same run gives the same page.
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

  /// Makes a report.
  public init(_ title: String, _ run: RecordedRun) { (self.title, self.run) = (title, run) }

  /// The page.
  public var page: Page {
    var sections = [
      Page.Section("Settings", settingBlocks),
      Page.Section("Data", dataBlocks),
      Page.Section("Learning curves", curveBlocks),
    ]
    if let judged {
      sections.append(Page.Section("Evaluation: \(judged.name)", Self.blocks(judged.judgement, judged.name)))
    }
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

  private var lead: String {
    let done = "\(run.losses.count) \(run.losses.count == 1 ? "epoch" : "epochs")"
    let ended =
      run.ending.map {
        run.isFinished ? "Finished after \(done): \($0)" : "Ended early, after \(done): \($0)"
      }
      ?? "Not ended yet, after \(done)"
    let verdict = ended.hasSuffix(".") ? ended : "\(ended)."
    guard let judged, judged.judgement.headline.value.isFinite else { return verdict }
    let (name, value) = judged.judgement.headline
    return "\(verdict) \(Self.capitalized(name)) \(value.short) (\(judged.name))."
  }

  private var settingBlocks: [Page.Block] {
    (command.isEmpty ? [] : [.code(command)]) + (settings.isEmpty ? [] : [.facts(settings)])
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
    if let firstBatch = run.firstBatch { blocks.append(.picture(firstBatch.svg)) }
    return blocks
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
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
    blocks.append(.picture(run.scoreByEpoch.svg))
    if let chart = run.figureByEpoch { blocks.append(.picture(chart.svg)) }
    // If every epoch is one update, the first chart shows everything.
    if run.updates.count > run.losses.count { blocks.append(.picture(run.scoreByUpdate.svg)) }
    return blocks
  }
}
