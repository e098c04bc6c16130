import ArgumentParser
import FoundationEssentials
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// Random combinations of what decides how examples are fed: every example occurs as often as it should, in its part, with
/// the values of a naive pipeline.
///
/// With `TIMESTEP_LONG`, there are many more, and in debug builds, which take ten times as long, few; the seeds are numbers
/// from 0.
@Suite struct FeedingTests {
  private static let count: UInt64 =
    ProcessInfo.processInfo.environment["TIMESTEP_LONG"] == nil ? (isDebug ? 25 : 200) : 20_000

  @Test func everyExampleOccursOnceInItsPart() throws {
    for seed in 0..<Self.count {
      let feeding = Feeding(seed: seed)
      do {
        try feeding.check()
      } catch {
        Issue.record("seed \(seed): \(feeding.flags.joined(separator: " ")): \(error)")
      }
    }
  }
}

/// One combination: files, flags, and what they must give.
private struct Feeding {
  /// A row of a file: its number, a value that can be missing, and whether it has a fault.
  struct Row {
    let number: Int
    var value: Float?
    let isFaulty: Bool
  }

  struct Wrong: Error, CustomStringConvertible {
    let description: String
  }

  private static let epochs = 2
  private let seed: UInt64
  private let directory = TestDirectory()
  private var series: [[Row]] = []
  private(set) var flags: [String] = []
  private let layout: String
  private let policy: String
  private let transform: String
  private let window: (size: Int, stride: Int, tail: String)?
  private let split: [Double]?
  /// The rows left out before another part, if every series is divided in the order of its rows.
  private let gap: Int?
  /// True if rows are sorted by their numbers, which are times.
  private let isSorted: Bool
  /// True if the label of a row is the number of the next one, instead of its own from a file.
  private let hasHorizon: Bool
  private let shards: Int
  private let order: ExampleOrder
  private let batchSize: Int
  private let dropsLast: Bool

  init(seed: UInt64) {
    self.seed = seed
    var random = SplitMix(state: seed)
    func choice<Value>(_ values: [Value]) -> Value {
      values[Int.random(in: 0..<values.count, using: &random)]
    }
    layout = choice(["pattern", "directory", "glob", "grouped"])
    policy = choice(["raise", "raise", "skip-row", "skip-sequence"])
    transform = choice(["none", "none", "forward", "mean", "linear", "difference", "lags", "resample"])
    window =
      Bool.random(using: &random)
      ? nil : (choice([1, 2, 3]), choice([1, 2, 3]), choice(["drop", "keep", "align"]))
    split = Bool.random(using: &random) ? nil : choice([[1, 1], [6, 2, 2], [2, 1, 1]])
    gap = split == nil ? nil : choice([nil, 0, 0, 1])
    isSorted = Int.random(in: 0..<3, using: &random) == 0
    hasHorizon = Int.random(in: 0..<4, using: &random) == 0 && !["linear", "resample"].contains(transform)
    batchSize = choice([3, 4, 5])
    dropsLast = policy == "raise" && Int.random(in: 0..<4, using: &random) == 0
    shards = choice([1, 1, 2, 3])
    order = Bool.random(using: &random) ? .sequential : .shuffled(seed: seed)
    for index in 0..<Int.random(in: 3...9, using: &random) {
      let numbers = (0..<Int.random(in: 1...(gap == nil ? 7 : 12), using: &random)).map { 100 * index + $0 }
      series.append(
        (isSorted ? numbers.shuffled(using: &random) : numbers).enumerated().map { row, number in
          let isMissing = row > 0 && Self.fills(transform) && Int.random(in: 0..<4, using: &random) == 0
          return Row(
            number: number,
            value: isMissing ? nil : Float(Int.random(in: -50...50, using: &random)),
            isFaulty: row > 0 && policy != "raise" && Int.random(in: 0..<9, using: &random) == 0)
        })
    }
    write()
    flags += ["--batch-size", "\(batchSize)", "--on-error", policy]
    let numberColumn = layout == "grouped" ? "1" : "0"
    flags +=
      hasHorizon ? ["--targets", "@\(numberColumn)", "--horizon", "1"] : ["--regression", "--align", "end"]
    if isSorted { flags += ["--time", "\(numberColumn)=unix", "--time-origin", "epoch", "--sort-by-time"] }
    if let call = [
      "forward": "fill:rule=forward", "mean": "fill:rule=mean", "linear": "fill",
      "difference": "difference:first=0,columns=@1", "lags": "lags:count=1,columns=@1",
      "resample": "resample:every=2,figure=first,label=last",
    ][transform] {
      flags += ["--transform", call.replacing("@1", with: layout == "grouped" ? "2" : "1")]
    }
    if let window { flags += ["--window", "\(window.size),\(window.stride)", "--tail", window.tail] }
    let batching = choice([
      [], [], ["--batching", "sorted"], ["--batching", "buckets"], ["--batching", "budget"],
      ["--largest-first"],
    ])
    flags += dropsLast ? ["--drop-last"] : batching
    if shards > 1 { flags += ["--shard-by", choice(["example", "batch"])] }
    if Int.random(in: 0..<3, using: &random) == 0 { flags += ["--cache", directory.path("cache")] }
  }

  private static func fills(_ transform: String) -> Bool {
    ["forward", "mean", "linear"].contains(transform)
  }

  /// Writes features and labels: a label is the number of its row.
  private mutating func write() {
    func line(_ row: Row) -> String {
      "\(row.number),\(row.isFaulty ? "x" : row.value.map { "\($0)" } ?? "")\n"
    }
    if layout == "grouped" {
      let rows = series.enumerated()
      directory.write(
        rows.map { index, rows in rows.map { "\(index),\(line($0))" }.joined() }.joined(), to: "x.csv")
      directory.write(
        rows.map { index, rows in rows.map { "\(index),\($0.number)\n" }.joined() }.joined(), to: "y.csv")
      flags = ["--features", directory.path("x.csv"), "--group-by", "0"]
      if !hasHorizon { flags += ["--labels", directory.path("y.csv")] }
      return
    }
    for (index, rows) in series.enumerated() {
      directory.write(rows.map(line).joined(), to: "x/s_\(index).csv")
      directory.write(rows.map { "\($0.number)\n" }.joined(), to: "y/s_\(index).csv")
    }
    let names = ["pattern": "s_%d.csv", "glob": "*.csv", "directory": ""][layout] ?? ""
    flags = (hasHorizon ? ["x"] : ["x", "y"]).flatMap {
      [$0 == "x" ? "--features" : "--labels", directory.path("\($0)/\(names)")]
    }
  }

  // The naive pipeline.

  /// The rows of a series that the policy leaves, or `nil` if it leaves out the series.
  private func kept(_ rows: [Row]) -> [Row]? {
    if policy == "skip-sequence", rows.contains(where: \.isFaulty) { return nil }
    let left = rows.filter { !$0.isFaulty }
    return left.isEmpty ? nil : isSorted ? left.sorted { $0.number < $1.number } : left
  }

  /// The rows of each part of a series that is divided in the order of its rows.
  private func parts(_ rows: [Row], _ gap: Int) -> [(part: String, rows: Range<Int>)] {
    let weights = (split ?? []) + [Double](repeating: 0, count: 3 - (split ?? []).count)
    return ChronologicalSplit(names: PartName.allCases.map(\.rawValue), weights: weights, gap: gap)
      .ranges(of: rows.count)
  }

  /// True if rows are too few for their lags.
  private func isShort(_ rows: some Collection<Row>) -> Bool { transform == "lags" && rows.count == 1 }

  /// True if rows have no value to interpolate from.
  private func isEmpty(_ rows: some Collection<Row>) -> Bool {
    transform == "linear" && rows.allSatisfy { $0.value == nil }
  }

  /// The rows of a series that are in a part, or `nil` if none are.
  private func rows(of index: Int, in part: PartName?) -> [Row]? {
    guard let rows = kept(series[index]) else { return nil }
    guard let gap, let part else {
      return isIn(part, index) && !(policy == "skip-sequence" && (isShort(rows) || isEmpty(rows)))
        ? rows : nil
    }
    // A piece of which the transform leaves no row is in no part; one without a value is at fault.
    return parts(rows, gap).first { $0.part == part.rawValue }.map { Array(rows[$0.rows]) }.flatMap {
      isShort($0) || policy == "skip-sequence" && isEmpty($0) ? nil : $0
    }
  }

  /// The steps of a series after the transform: the number of the first row, the value or values, and the label.
  private func steps(_ rows: [Row], mean: Float) -> [[Float]] {
    func label(_ step: Int) -> Float {
      if !hasHorizon { return Float(rows[step].number) }
      return step + 1 < rows.count ? Float(rows[step + 1].number) : .nan
    }
    func known(_ rows: some Collection<Row>) -> Float? { rows.compactMap(\.value).last }
    switch transform {
    case "difference":
      return rows.indices.map { step in
        [
          Float(rows[step].number), step == 0 ? 0 : (rows[step].value ?? 0) - (rows[step - 1].value ?? 0),
          label(step),
        ]
      }
    case "lags":
      return rows.indices.dropFirst().map {
        [Float(rows[$0].number), rows[$0].value ?? 0, rows[$0 - 1].value ?? 0, label($0)]
      }
    case "resample":
      return stride(from: 0, to: rows.count, by: 2).map { step in
        [Float(rows[step].number), rows[step].value ?? 0, Float(rows[min(step + 1, rows.count - 1)].number)]
      }
    default:
      return rows.indices.map { step in
        var value = rows[step].value ?? mean
        if rows[step].value == nil, transform == "forward" { value = known(rows[..<step]) ?? 0 }
        if rows[step].value == nil, transform == "linear" { value = interpolated(rows, step) }
        return [Float(rows[step].number), value, label(step)]
      }
    }
  }

  private func interpolated(_ rows: [Row], _ step: Int) -> Float {
    let (before, after) = (
      rows[..<step].lastIndex { $0.value != nil }, rows[step...].firstIndex { $0.value != nil }
    )
    guard let before else { return after.flatMap { rows[$0].value } ?? 0 }
    guard let after else { return rows[before].value ?? 0 }
    let (low, high) = (Double(rows[before].value ?? 0), Double(rows[after].value ?? 0))
    return Float(low + (high - low) * Double(step - before) / Double(after - before))
  }

  private func windows(_ steps: [[Float]]) -> [[[Float]]] {
    guard let window else { return [steps] }
    var starts = Array(Swift.stride(from: 0, through: steps.count - window.size, by: window.stride))
    if steps.count < window.size { return window.tail == "drop" ? [] : [steps] }
    let covered = (starts.last ?? 0) + window.size
    if covered < steps.count, window.tail == "align" { starts.append(steps.count - window.size) }
    var result = starts.map { Array(steps[$0..<$0 + window.size]) }
    let next = (starts.last ?? 0) + window.stride
    if covered < steps.count, window.tail == "keep", next < steps.count {
      result.append(Array(steps[next...]))
    }
    return result
  }

  /// The examples of a part, as texts.
  private func expected(_ part: PartName?, mean: Float) -> [String] {
    series.indices.flatMap { index -> [String] in
      guard let rows = rows(of: index, in: part) else { return [] }
      let steps = steps(rows, mean: mean)
      return steps.isEmpty ? [] : windows(steps).map(Self.text)
    }.sorted()
  }

  private func isIn(_ part: PartName?, _ index: Int) -> Bool {
    guard let split, let part else { return true }
    let weights = split + [Double](repeating: 0, count: 3 - split.count)
    let partition = Partition(names: PartName.allCases.map(\.rawValue), weights: weights, seed: seed)
    let keys = series.indices.map(key)
    let reader = try? CollectionSequenceRecordReader(keys.map { _ in [[0]] }, keys: keys)
    return reader.map { partition.parts(of: $0, by: .rank)[index] } == part.rawValue
  }

  /// The key of an example: the path of its file below the folder, without extension, and the group.
  private func key(_ index: Int) -> String { layout == "grouped" ? "x:\(index)" : "s_\(index)" }

  private var mean: Float? {
    let training = series.indices.compactMap { rows(of: $0, in: split == nil ? nil : .train) }
    let values = training.joined().compactMap { $0.value.map(Double.init) }
    return values.isEmpty ? nil : Float(values.reduce(0, +) / Double(values.count))
  }

  // What the program gives.

  func check() throws {
    for part in split == nil ? [nil] : PartName.allCases as [PartName?] { try check(part) }
  }

  private func check(_ part: PartName?) throws {
    // A part without series, or a mean of nothing, is an error; so is a series that is too short for its lags.
    guard gap != nil || series.indices.contains(where: { isIn(part, $0) }), let mean else { return }
    if policy != "skip-sequence",
      series.compactMap(kept).contains(where: { rows in
        guard let gap, let part else { return isShort(rows) || isEmpty(rows) }
        return parts(rows, gap).contains { $0.part == part.rawValue && isEmpty(rows[$0.rows]) }
      })
    {
      return
    }
    let wanted = expected(part, mean: mean)
    // Nothing to feed is an error.
    if wanted.isEmpty { return }
    var words = flags
    if let split, let part {
      words += gap.map { ["--gap", "\($0)"] } ?? ["--split-seed", "\(seed)"]
      words += [
        gap == nil ? "--split" : "--split-time", split.map { "\($0)" }.joined(separator: ","), "--part",
        part.rawValue,
      ]
    }
    var found = [[String]](repeating: [], count: Self.epochs)
    for shard in 0..<shards {
      let options = try DataOptions.parse(words + (shards > 1 ? ["--shard", "\(shard)/\(shards)"] : []))
      let batches: SequenceBatches
      do {
        batches = try options.dataSets(order: order)
      } catch let error as ValidationError where Self.isTooSmall(error) {
        return
      }
      var iterator = SequenceDataSetIterator(batches)
      let stop = Int(seed % UInt64(max(1, batches.batchCount * Self.epochs)))
      var number = 0
      for epoch in 0..<Self.epochs {
        iterator.begin(epoch: epoch)
        while true {
          if number == stop {
            // As after an interruption.
            var resumed = SequenceDataSetIterator(try options.dataSets(order: order))
            try resumed.restore(iterator.state)
            iterator = resumed
          }
          guard let batch = try iterator.next() else { break }
          found[epoch] += try examples(of: batch)
          number += 1
        }
      }
    }
    for epoch in 0..<Self.epochs where !isRight(found[epoch], wanted) {
      throw wrong(found[epoch], wanted, "part \(part?.rawValue ?? "-"), epoch \(epoch)")
    }
    // Lanes take all rows as they come, whatever a policy says, and do not merge labels.
    guard policy == "raise", transform != "resample", !dropsLast, shards == 1, !hasHorizon, !isSorted else {
      return
    }
    try checkLanes(try DataOptions.parse(words).dataSets(order: order), wanted, part)
  }

  private func wrong(_ found: [String], _ wanted: [String], _ place: String) -> Wrong {
    let (extra, lost) = (Set(found).subtracting(wanted), Set(wanted).subtracting(found))
    return Wrong(
      description:
        "\(place): \(found.count) examples instead of \(wanted.count); lost \(lost.sorted().first ?? "none"), not wanted "
        + "\(extra.sorted().first ?? "none")")
  }

  /// Lays the examples on lanes, and goes on once as after an interruption.
  private func checkLanes(_ batches: SequenceBatches, _ wanted: [String], _ part: PartName?) throws {
    let (lanes, steps) = (1 + Int(seed % 3), 1 + Int(seed / 3 % 4))
    var iterator = LaneDataSetIterator(batches, lanes: lanes, steps: steps)
    for epoch in 0..<Self.epochs {
      iterator.begin(epoch: epoch)
      var (series, found) = ([[[Float]]](repeating: [], count: lanes), [String]())
      var number = 0
      while let piece = try iterator.next() {
        for lane in 0..<lanes {
          for step in 0..<piece.stepCount {
            if piece.seriesStarts[lane, step] {
              if !series[lane].isEmpty { found.append(Self.text(series[lane])) }
              series[lane] = []
            }
            if let values = try values(of: piece, lane, step) { series[lane].append(values) }
          }
        }
        number += 1
        guard number == Int(seed / 12 % 4) else { continue }
        var resumed = LaneDataSetIterator(batches, lanes: lanes, steps: steps)
        try resumed.restore(iterator.state)
        iterator = resumed
      }
      found += series.filter { !$0.isEmpty }.map(Self.text)
      guard found.sorted() == wanted else {
        throw wrong(
          found, wanted, "part \(part?.rawValue ?? "-"), epoch \(epoch), \(lanes) lanes of \(steps) steps")
      }
    }
  }

  /// The features and the label of a step; `nil` for padding.
  private func values(of batch: DataSet, _ row: Int, _ step: Int) throws -> [Float]? {
    let (isFeature, isLabel) = (batch.featuresMask[row, step], batch.labelsMask[row, step])
    guard isFeature || isLabel else { return nil }
    // The last row of a series has no next one.
    let label = isLabel ? batch.labels?[row, 0, step] ?? .nan : .nan
    if hasHorizon, isFeature {
      return (0..<batch.features.shape[1]).map { batch.features[row, $0, step] } + [label]
    }
    guard let labels = batch.labels, isFeature, isLabel else { throw Wrong(description: "half a step") }
    return (0..<batch.features.shape[1]).map { batch.features[row, $0, step] } + [labels[row, 0, step]]
  }

  /// Returns true if every example occurs once, or, without the last batch, as many as fill batches.
  private func isRight(_ found: [String], _ wanted: [String]) -> Bool {
    if !dropsLast { return found.sorted() == wanted }
    var rest = Dictionary(wanted.map { ($0, 1) }, uniquingKeysWith: +)
    for example in found { rest[example, default: 0] -= 1 }
    return found.count == wanted.count / batchSize * batchSize && rest.values.allSatisfy { $0 >= 0 }
  }

  /// Returns true if the data has too few examples for a batch, or for the shards: a combination that is rejected.
  private static func isTooSmall(_ error: ValidationError) -> Bool {
    "\(error)".contains("as many") && "\(error)".contains("shards")
      || "\(error)".contains("--drop-last: expected a full batch")
  }

  /// An example as a text; sums in another order round differently.
  private static func text(_ steps: [[Float]]) -> String {
    "\(steps.map { step in step.map { ($0 * 1024).rounded() / 1024 + 0 } })"
  }

  /// The examples of a batch as texts: features and label of every step.
  private func examples(of batch: DataSet) throws -> [String] {
    try (0..<batch.exampleCount).map { row in
      Self.text(try (0..<batch.stepCount).compactMap { try values(of: batch, row, $0) })
    }
  }
}
