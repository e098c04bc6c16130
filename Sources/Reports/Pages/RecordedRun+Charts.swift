import Training

// The course of the run, as charts.
extension RecordedRun {
  /// The score of every epoch, on the training data and on all evaluated data.
  public var scoreByEpoch: LineChart {
    var lines = [
      LineChart.Line("training", losses.map { .init(Double($0.epoch + 1), $0.value.score) })
    ]
    // During training, the training score is the mean over the epoch; the other evaluations come at its end.
    for course in courses where course.name != "training" && !course.judgements.isEmpty {
      lines.append(
        .init(course.name, course.judgements.map { .init(Double($0.epoch + 1), $0.value.loss.score) }))
    }
    let validation = validation.filter { $0.name.hasSuffix("score") }
    if let name = validation.first?.name {
      lines.append(.init(name, validation.map { .init(Double($0.epoch + 1), $0.value) }))
    }
    return LineChart("Score of every epoch", x: "epoch", y: "score per sequence", lines: lines)
  }

  /// The most important metric, on all evaluated data; `nil` if there is none.
  public var figureByEpoch: LineChart? {
    let courses = courses.filter { !$0.judgements.isEmpty }
    guard let name = courses.first?.judgements.first?.value.headline.name else { return nil }
    let lines = courses.map { course in
      LineChart.Line(
        course.name, course.judgements.map { .init(Double($0.epoch + 1), $0.value.headline.value) })
    }
    return LineChart(
      "\(name.prefix(1).uppercased())\(name.dropFirst()) by epoch", x: "epoch", y: name, lines: lines)
  }

  /// The score of every update, which shows single batches.
  public var scoreByUpdate: LineChart {
    LineChart(
      "Score of every update", x: "update", y: "score per sequence of the batch",
      lines: [.init("", updates)])
  }
}
