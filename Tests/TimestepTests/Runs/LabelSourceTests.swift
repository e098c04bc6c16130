import ArgumentParser
import Glibc
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// Random data with labels from every source, in every layout, against a naive version of the batches.
struct LabelSourceTests {
  private enum Source: CaseIterable { case folder, name, table, times, intervals, once, column, files }
  private enum Layout: CaseIterable { case directory, glob, numbers, groups }
  private enum Fault: CaseIterable { case none, row, sequence }

  private struct Series {
    /// The number in names; the name of the file or of the group.
    var number: Int
    var name: String { "s_\(number)" }
    var rows: [[Float]]
    /// The label of each row, or of the series; `nil`: it is missing.
    var labels: [String?]
    /// The row that is not a number.
    var faultyRow: Int?
  }

  /// Random data with the words that read it.
  private struct Trial {
    static let classes = ["c1", "c2", "c10"]
    let scratch = TestDirectory()
    var series: [Series] = []
    var source: Source
    var layout: Layout
    var fault: Fault
    var window: (size: Int, stride: Int)?
    var hasSplit: Bool
    var words: [String] = []

    init(_ random: inout SplitMix) {
      func pick<T>(_ values: [T]) -> T { values[Int(random.next(below: UInt64(values.count)))] }
      source = pick(Source.allCases)
      layout = source == .folder || source == .name ? pick([.directory, .glob]) : pick(Layout.allCases)
      // Label files of groups are another subject.
      if source == .files { layout = .numbers }
      fault = pick(Fault.allCases)
      hasSplit = random.next(below: 3) == 0
      if random.next(below: 3) == 0 { window = (2, 1 + Int(random.next(below: 2))) }
      let perStep = [.times, .intervals, .column, .files].contains(source)
      let numbers = (0..<14).shuffled(using: &random).prefix(6 + Int(random.next(below: 3))).sorted()
      for number in layout == .numbers ? Array(0..<numbers.count) : numbers {
        let count = 2 + Int(random.next(below: 5))
        func label() -> String? { random.next(below: 6) == 0 ? nil : pick(Self.classes) }
        series.append(
          Series(
            number: number,
            rows: (0..<count).map { _ in (0..<2).map { _ in Float(random.next(below: 64)) / 4 } },
            labels: (0..<(perStep ? count : 1)).map { _ in label() }))
        let isFaulty = fault != .none && random.next(below: 3) == 0
        if isFaulty { series[series.count - 1].faultyRow = Int(random.next(below: UInt64(count))) }
      }
      write(&random)
    }

    private func label(_ own: Series, _ row: Int) -> String {
      let label = own.labels[own.labels.count == 1 ? 0 : row]
      if source == .column || source == .files {
        return label.flatMap { Self.classes.firstIndex(of: $0) }.map(String.init) ?? "NA"
      }
      return label ?? "NA"
    }

    /// Writes the files, and the words that read them.
    private mutating func write(_ random: inout SplitMix) {
      var (all, table, events) = ("id,a,b\n", [String](), [String]())
      let hasColumn = source == .column || source == .once
      if hasColumn { all = "id,a,b,kind\n" }
      for own in series {
        var text = ""
        for (row, values) in own.rows.enumerated() {
          var fields = values.map { "\($0)" }
          if row == own.faultyRow { fields[0] = "x" }
          if hasColumn { fields.append(label(own, row)) }
          text += fields.joined(separator: ",") + "\n"
          all += "\(own.name),\(fields.joined(separator: ","))\n"
          switch source {
          case .times:
            if own.labels[row] != nil { events.append("\(own.name),\(row),\(label(own, row))") }
          case .intervals:
            let end = own.labels[(row + 1)...].firstIndex { $0 != own.labels[row] } ?? own.labels.count
            let isFirst = row == 0 || own.labels[row - 1] != own.labels[row]
            if isFirst, own.labels[row] != nil {
              events.append("\(own.name),\(row),\(end),\(label(own, row))")
            }
          default: break
          }
        }
        switch source {
        case .folder: scratch.write(text, to: "d/\(label(own, 0))/\(own.name).csv")
        case .name: scratch.write(text, to: "d/k_\(label(own, 0))_x/\(own.name).csv")
        case .table:
          let names = [own.name] + (layout == .groups ? [] : ["\(own.name).csv", "./\(own.name).csv"])
          let name = names[Int(random.next(below: UInt64(names.count)))]
          table.append("\(label(own, 0)),\(name)")
          fallthrough
        default: scratch.write(text, to: "d/\(own.name).csv")
        }
        if source == .files {
          scratch.write(own.rows.indices.map { "\(label(own, $0))\n" }.joined(), to: "l/s_\(own.number).csv")
        }
      }
      scratch.write(all, to: "all.csv")
      if fault == .sequence { table.append("c1,nobody") }
      table.shuffle(using: &random)
      events.shuffle(using: &random)
      scratch.write("class,who\n" + table.map { "\($0)\n" }.joined(), to: "table.csv")
      scratch.write("who,from,to,class\n" + events.map { "\($0)\n" }.joined(), to: "events.csv")
      scratch.write("who,when,class\n" + events.map { "\($0)\n" }.joined(), to: "times.csv")
      words = ["--batch-size", "3", "--label-missing", "NA"]
      let isNested = source == .folder || source == .name
      switch layout {
      case .directory: words += ["--features", scratch.path("d")]
      case .glob: words += ["--features", scratch.path(isNested ? "d/*/*.csv" : "d/*.csv")]
      case .numbers: words += ["--features", scratch.path("d/s_%d.csv")]
      case .groups: words += ["--features", scratch.path("all.csv"), "--header", "--group-by", "id"]
      }
      switch source {
      case .folder: words += ["--labels-from", "folder"]
      case .name: words += ["--labels-from", #"name:k_(.+)_x/"#]
      case .table: words += ["--label-table", scratch.path("table.csv:key=who,label=class")]
      case .times: words += ["--label-table", scratch.path("times.csv:time=when,label=class")]
      case .intervals: words += ["--label-intervals", scratch.path("events.csv")]
      case .once: words += ["--label-column", layout == .groups ? "kind" : "2", "--label-once"]
      case .column: words += ["--label-column", layout == .groups ? "kind" : "2", "--classes", "3"]
      case .files:
        words += ["--labels", scratch.path("l/s_%d.csv"), "--classes", "3", "--align", "end"]
      }
      switch fault {
      case .none: break
      case .row: words += ["--on-error", "skip-row"]
      case .sequence: words += ["--on-error", "skip-sequence"]
      }
      // Series without any event have no labels, which only this policy permits.
      if source == .times || source == .intervals { words += ["--on-error", "unpaired=skip-sequence"] }
      if let window { words += ["--window", "\(window.size),\(window.stride)"] }
      if hasSplit { words += ["--split", "3,1,0", "--part", "train"] }
    }
  }

  /// An example as it must be.
  private struct Expected: Equatable {
    var features: [[Float]]
    /// The class at each step; `nil`: no label.
    var labels: [String?]
  }

  /// Returns the examples of a series, by the position of their first step.
  private func examples(of own: Series, _ trial: Trial) -> [Int: Expected] {
    let isLeftOut =
      trial.fault == .sequence && own.faultyRow != nil
      || (trial.source == .times || trial.source == .intervals) && own.labels.allSatisfy { $0 == nil }
    if isLeftOut { return [:] }
    let rows = own.rows.indices.filter { trial.fault != .row || $0 != own.faultyRow }
    guard !rows.isEmpty else { return [:] }
    var starts = [0..<rows.count]
    if let (size, stride) = trial.window {
      starts = Swift.stride(from: 0, through: rows.count - size, by: stride).map { $0..<$0 + size }
    }
    return Dictionary(
      uniqueKeysWithValues: starts.map { steps in
        let chosen = rows[steps]
        let labels =
          own.labels.count == 1
          ? chosen.dropLast().map { _ in nil } + [own.labels[0]] : chosen.map { own.labels[$0] }
        return (steps.lowerBound, Expected(features: chosen.map { own.rows[$0] }, labels: labels))
      })
  }

  @Test(arguments: 0..<160) func batchesAreThoseOfANaiveVersion(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 7919 &+ 3)
    let trial = Trial(&random)
    let data = try DataOptions.parse(trial.words)
    let batches: SequenceBatches
    do {
      batches = try data.dataSets()
    } catch let error as RecordError where error.kind == .empty || error.kind == .lengths {
      // A part without sequences or labels, or windows that are too long.
      return
    }
    var found: Set<String> = []
    var order = SequenceDataSetIterator(batches)
    let names = batches.contract.labels.names
    while let batch = try order.next() {
      let labels = try #require(batch.labels)
      for (row, example) in batch.metadata.enumerated() {
        let parts = example.features.key.split(separator: "@")
        let stem = parts[0].split(separator: "/").last.map(String.init) ?? ""
        let own = try #require(
          trial.series.first { [$0.name, "\($0.number)", "s_\($0.number)"].contains(stem) }, "\(example)")
        let start = parts.count > 1 ? Int(parts[1]) ?? -1 : 0
        let expected = try #require(examples(of: own, trial)[start], "\(trial.words) \(example)")
        #expect(found.insert(example.features.key).inserted)
        let steps = expected.features.count
        let actual = Expected(
          features: (0..<steps).map { step in (0..<2).map { batch.features[row, $0, step] } },
          labels: (0..<steps).map { step in
            guard batch.labelsMask[row, step] else { return nil }
            let classes = names.indices.filter { labels[row, $0, step] == 1 }
            #expect(classes.count == 1)
            let isNumbered = trial.source == .column || trial.source == .files
            return isNumbered ? Trial.classes[classes[0]] : names[classes[0]]
          })
        #expect(actual == expected, "\(trial.words) \(example.features.key)")
        for step in 0..<batch.stepCount {
          #expect(batch.featuresMask[row, step] == (step < steps))
          if step >= steps { #expect(!batch.labelsMask[row, step]) }
          if !batch.labelsMask[row, step] {
            #expect(names.indices.allSatisfy { labels[row, $0, step] == 0 }, "labels under the mask are 0")
          }
        }
      }
    }
    if !trial.hasSplit {
      let all = trial.series.reduce(0) { $0 + examples(of: $1, trial).count }
      #expect(found.count == all, "\(trial.words)")
    }
    // The classes are those of the training part alone, in natural order.
    guard trial.source != .column, trial.source != .files else { return }
    let part = Set(
      trial.series.indices.filter { index in
        let key = trial.series[index]
        return found.contains { text in
          let stem = text.split(separator: "@")[0].split(separator: "/").last.map(String.init)
          return stem == key.name || stem == "\(key.number)"
        }
      })
    let isSure = trial.window == nil && trial.fault != .sequence
    if isSure {
      let used = Set(part.flatMap { trial.series[$0].labels.compactMap { $0 } })
      #expect(names == Trial.classes.filter(used.contains), "\(trial.words)")
    }
  }

  @Test(arguments: [true, false]) func missingLabelsCountInNoLossAndNoMetric(ofClasses: Bool) throws {
    let scratch = TestDirectory()
    var random = SplitMix(state: 5)
    for number in 0..<5 {
      let count = 3 + Int(random.next(below: 4))
      let rows = (0..<count).map { _ in
        let label = random.next(below: 3) == 0 ? "NA" : "\(random.next(below: 2))"
        return "\(random.next(below: 9)),\(random.next(below: 9)),\(label)\n"
      }
      scratch.write(rows.joined(), to: "f_\(number).csv")
    }
    let data = try DataOptions.parse(
      ["--features", scratch.path("f_%d.csv"), "--label-column", "2", "--label-missing", "NA"]
        + (ofClasses ? ["--classes", "2"] : ["--regression"]))
    let batches = try data.dataSets()
    let batch = try batches.batch(epoch: 0, index: 0)
    let network = try MultiLayerNetwork(for: batches.contract) { LSTM(4) }
    let labels = try #require(batch.labels)
    let output = try network.output(batch)
    var (sum, count, right, squares) = (0.0, 0, 0, 0.0)
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
        count += 1
        if ofClasses {
          let label = labels[row, 1, step] == 1 ? 1 : 0
          sum -= log(Double(output[row, label, step]))
          if output[row, label, step] > 0.5 { right += 1 }
        } else {
          let error = Double(output[row, 0, step] - labels[row, 0, step])
          squares += error * error
        }
      }
    }
    let loss = try network.score(batch)
    #expect(loss.stepCount == count && count < batch.featuresMask.count && count > 0)
    #expect((loss.sum - (ofClasses ? sum : squares)).magnitude < 1e-4 * max(1, loss.sum))
    if ofClasses {
      var evaluation = Evaluation()
      try evaluation.add(labels: labels, predictions: output, mask: batch.labelsMask)
      #expect(evaluation.stepCount == count)
      #expect((try evaluation.accuracy - Double(right) / Double(count)).magnitude < 1e-12)
    } else {
      var evaluation = RegressionEvaluation(columns: batches.contract.labels.names)
      try evaluation.add(labels: labels, predictions: output, mask: batch.labelsMask)
      #expect((try evaluation.columns[0].meanSquaredError - squares / Double(count)).magnitude < 1e-5)
    }
    // What stands under the mask changes nothing.
    var other = batch
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where !batch.labelsMask[row, step] {
        other.labels?[row, 0, step] = 7
      }
    }
    var (one, two) = (network, network)
    _ = try one.fit(batch)
    _ = try two.fit(other)
    #expect(try one.output(batch) == two.output(batch))
  }

  /// Lanes deliver the labels that batches do, missing ones included.
  @Test(arguments: ["--label-intervals", "--label-table", "--labels-from", "--label-column"])
  func lanesHaveTheSameLabels(source: String) throws {
    let scratch = TestDirectory()
    var (events, table) = ("who,from,to,class\n", "who,class\n")
    for number in 0..<4 {
      let rows = (0..<(3 + 2 * number)).map { "\(number).\($0),\($0 % 3 == 1 ? "NA" : "\($0 % 2)")\n" }
      scratch.write(rows.joined(), to: "d/k\(number % 2)/s_\(number).csv")
      events += "s_\(number),1,\(2 + number),a\ns_\(number),0,1,b\n"
      table += "s_\(number),\(number == 2 ? "NA" : "k\(number % 3)")\n"
    }
    scratch.write(events, to: "events.csv")
    scratch.write(table, to: "table.csv")
    let words =
      switch source {
      case "--label-intervals": ["--label-intervals", scratch.path("events.csv"), "--drop-columns", "1"]
      case "--label-table":
        ["--label-table", scratch.path("table.csv"), "--label-missing", "NA", "--drop-columns", "1"]
      case "--labels-from": ["--labels-from", "folder", "--drop-columns", "1"]
      default: ["--label-column", "1", "--classes", "2", "--label-missing", "NA"]
      }
    let batches = try DataOptions.parse(["--features", scratch.path("d"), "--batch-size", "1"] + words)
      .dataSets()
    func labelled(_ batch: DataSet, _ row: Int) -> [String] {
      (0..<batch.stepCount).filter { batch.featuresMask[row, $0] }.map { step in
        let labels = (0..<(batch.labels?.shape[1] ?? 0)).map { batch.labels?[row, $0, step] ?? -1 }
        return "\(batch.features[row, 0, step]): \(batch.labelsMask[row, step] ? "\(labels)" : "-")"
      }
    }
    var (whole, laid): ([String], [String]) = ([], [])
    for index in 0..<batches.batchCount { whole += labelled(try batches.batch(epoch: 0, index: index), 0) }
    var pieces = LaneDataSetIterator(batches, lanes: 2, steps: 2)
    while let piece = try pieces.next() {
      for row in 0..<piece.exampleCount { laid += labelled(piece, row) }
    }
    #expect(whole.sorted() == laid.sorted())
    #expect(whole.contains { $0.hasSuffix("-") })
  }
}
