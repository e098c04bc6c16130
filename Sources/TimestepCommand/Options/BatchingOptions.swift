import ArgumentParser
import Platform
import Timestep

/// The flags for the examples to use, and their grouping into batches.
struct BatchingOptions: ParsableArguments {
  @Option(help: .flag("batching")) var batching: BatchingName?

  @Flag(help: .flag("largest-first")) var largestFirst = false

  @Flag(help: .flag("drop-last")) var dropLast = false

  @Option(help: .flag("shard")) var shard: ShardArgument?

  @Option(help: .flag("shard-by")) var shardBy = Shard.Unit.example

  @Option(help: .flag("split")) var split: WeightList?

  @Option(help: .flag("split-time")) var splitTime: WeightList?

  @Option(help: .flag("gap")) var gap: Int?

  @Option(help: .flag("split-by")) var splitBy: SplitKey?

  @Option(help: .flag("fold")) var fold: FoldArgument?

  @Option(help: .flag("part")) var part: PartName?

  @Option(help: .flag("split-seed")) var splitSeed: UInt64 = 0

  func validate() throws {
    if let gap, !(0...1 << 40 ~= gap) { throw ValidationError("--gap \(gap): expected 0 to \(1 << 40) rows") }
    if gap != nil, fold != nil, splitBy != .time {
      throw ValidationError("--gap requires --split-time, or --fold with --split-by time: it is about rows")
    }
    if splitBy == .time, fold == nil {
      throw ValidationError(
        "--split-by time is for --fold: expected a folder, a name or a column that keeps series together; --split-time WEIGHTS "
          + "divides the rows of every series")
    }
  }

  /// True if the data is divided into parts.
  var isDivided: Bool { weights != nil }

  /// The weights of the parts, in the order of `PartName`; `nil` if the data is not divided.
  private var weights: [Double]? {
    (split ?? splitTime)?.weights ?? fold.map { [Double($0.count - 1), 0, 1] }
  }

  /// The parts of `--split`, `--split-time` or `--fold`; `nil` without them.
  var partition: Partition? {
    weights.map { Partition(names: PartName.allCases.map(\.rawValue), weights: $0, seed: splitSeed) }
  }

  /// The parts of every sequence, in the order of its rows; `nil` if sequences are not divided.
  var chronologicalSplit: ChronologicalSplit? {
    if let fold, splitBy == .time {
      return ChronologicalSplit(fold: fold.index, of: fold.count, gap: gap ?? 0)
    }
    return splitTime.map {
      ChronologicalSplit(names: PartName.allCases.map(\.rawValue), weights: $0.weights, gap: gap ?? 0)
    }
  }

  /// The flags that divide every sequence in time, as they were given; `nil` if sequences are not divided.
  var timeCut: String? {
    guard chronologicalSplit != nil else { return nil }
    return ["split-time", "fold", "split-by", "gap"].compactMap { name in
      GivenFlags.current.value(of: name).map { "--\(name) \($0)" }
    }.joined(separator: " ")
  }

  /// Returns the part of `reader` that is used; all of it if the data is not divided.
  ///
  /// - Parameter parts: The part of every sequence; `nil` if the data is not divided.
  func part(of reader: any SequenceRecordReader, _ parts: [String]?) throws -> any SequenceRecordReader {
    guard let partition, let parts else { return reader }
    guard let part else {
      let flag = fold != nil ? "--fold" : split == nil ? "--split-time" : "--split"
      throw ValidationError(
        "\(flag) requires --part: \(fold == nil ? "train, validation or test" : "train or test")")
    }
    if fold != nil, part == .validation {
      throw ValidationError("--fold makes no part \"validation\": --part train or --part test")
    }
    if let chronologicalSplit, !parts.contains(part.rawValue) {
      throw RecordError(
        .empty, path: reader.source(of: 0).path,
        "the part \"\(part.rawValue)\" has no rows of any sequence: expected some by \(chronologicalSplit), found none; give "
          + "it a larger weight, make --gap smaller, or give longer sequences")
    }
    return reader.choosing(try partition.indices(of: part.rawValue, in: reader, parts))
  }

  /// Returns the indices of the sequences of `reader` that anything may be learned from: those of the training part;
  /// all without `--split`.
  ///
  /// - Parameter parts: The part of every sequence; `nil` without `--split`.
  func trainingSequences(of reader: any SequenceRecordReader, _ parts: [String]?) throws -> [Int] {
    guard let partition, let parts else { return Array(0..<reader.count) }
    return try partition.indices(of: PartName.train.rawValue, in: reader, parts)
  }

  /// Selects every sequence, in batches by order alone: for files other than those that were split.
  mutating func takeAll() {
    (batching, shard, split, splitTime, gap, part) = (nil, nil, nil, nil, nil, nil)
    (splitBy, fold) = (nil, nil)
    (largestFirst, dropLast, splitSeed) = (false, false, 0)
  }

  /// Returns true if a part has any weight.
  func hasPart(_ name: PartName) -> Bool {
    weights.map { $0[PartName.allCases.firstIndex(of: name) ?? 0] > 0 } ?? false
  }

  /// Returns the same data in batches as the flags specify.
  func batched(_ dataSets: SequenceBatches) throws -> SequenceBatches {
    var result = dataSets
    if batching != nil || largestFirst {
      let lengths = try SequenceLengths(of: dataSets)
      if case .budget(let cells?) = batching { noteLonger(than: cells, lengths) }
      result = dataSets.batched(
        (batching ?? .none).batching(of: dataSets, lengths), lengths: lengths,
        first: largestFirst ? .largest : .inOrder)
    }
    if dropLast {
      result = result.droppingLastBatch()
      guard result.batchCount > 0 else {
        throw ValidationError(
          "--drop-last: expected a full batch of \(pluralized(result.batchSize, "example")), found only "
            + "\(pluralized(result.exampleCount, "example")); use smaller batches (\(Remedy.batchSize))")
      }
      let rest = result.exampleCount % result.batchSize
      if rest > 0 {
        RunNotes.write(
          "\(pluralized(rest, "example")) of the last batch of every epoch, which is not full: left out")
      }
    }
    return try shard.map { try $0.share(of: result, by: shardBy) } ?? result
  }
}

extension BatchingOptions {
  /// Says how many series exceed a budget of cells alone.
  private func noteLonger(than cells: Int, _ lengths: SequenceLengths) {
    let longer = lengths.steps.filter { $0 > cells }
    guard let longest = longer.max() else { return }
    RunNotes.write(
      "\(pluralized(longer.count, "series is", "series are")) longer than the \(pluralized(cells, "cell")) of a batch (the "
        + "longest has \(longest) steps): each is a batch of its own (\(Remedy.batchingBudget("\(longest)")) has room for it)"
    )
  }
}

/// The available ways to make batches.
enum BatchingName: NotatedFlagValue, Equatable {
  case none, sorted, buckets, auto
  case budget(Int?)

  init(flag text: String) throws(ValidationError) {
    switch text {
    case "none": self = .none
    case "sorted": self = .sorted
    case "buckets": self = .buckets
    case "auto": self = .auto
    case "budget": self = .budget(nil)
    default:
      guard text.hasPrefix("budget:"), let cells = Int(text.dropFirst(7)), cells > 0 else {
        throw ValidationError(
          "expected none, sorted, buckets, auto, budget, or budget:CELLS with at least 1 cell"
            + suggestion(for: text, among: ["none", "sorted", "buckets", "auto", "budget"]))
      }
      self = .budget(cells)
    }
  }

  func batching(of dataSets: SequenceBatches, _ lengths: SequenceLengths) -> Batching {
    var budget: Int?
    if case .budget(let cells) = self { budget = cells }
    let plan = PaddingPlan(dataSets, lengths, budget: budget)
    switch self {
    case .none: return .inOrder
    case .sorted: return plan.candidates[1].batching
    case .buckets: return plan.candidates[2].batching
    case .budget: return plan.candidates[3].batching
    case .auto: return plan.best.batching
    }
  }
}

extension PaddingPlan {
  /// Makes the plan for data sets of known lengths.
  init(_ dataSets: SequenceBatches, _ lengths: SequenceLengths, budget: Int? = nil) {
    let contract = dataSets.contract
    self.init(
      lengths: lengths, batchSize: dataSets.batchSize, order: dataSets.order,
      columns: contract.columns.count + contract.labels.names.count, budget: budget)
  }

  /// The candidates as a table, with the best one.
  var text: String {
    let rows = candidates.map {
      [$0.name, "\($0.percent.fixed(1)) %", "\($0.batchCount)", "\($0.cells)", "\($0.peakBytes)"]
    }
    let table = TextTable(rows: [["batches", "padding", "a pass", "cells", "largest, bytes"]] + rows).text
    let remedy = best.padding < candidates[0].padding ? " (\(Remedy.batchingAuto))" : ""
    return "plan: what a pass costs\n" + table.split(separator: "\n").map { "  \($0)\n" }.joined()
      + "best: \(best.name), \(best.percent.fixed(1)) % padding\(remedy)\n"
  }
}

/// The parts of a data set.
enum PartName: String, FlagValue, CaseIterable { case train, validation, test }

/// Weights such as `8,1,1`, or `9,1` without a test part.
struct WeightList: NotatedFlagValue {
  let weights: [Double]

  init(flag text: String) throws(ValidationError) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let known = numbers.compactMap { $0 }.filter { $0 >= 0 && $0.isFinite }
    guard known.count == numbers.count, (2...3).contains(known.count), known.contains(where: { $0 > 0 })
    else {
      throw ValidationError(
        "expected two or three weights, such as 9,1 or 8,1,1, each at least 0 and one of them above 0")
    }
    // Shares of a sum that is infinite would be nothing.
    let scale = known.reduce(0, +).isFinite ? 1 : 0x1p-10
    weights = known.map { $0 * scale } + [Double](repeating: 0, count: 3 - known.count)
  }
}

extension Shard.Unit: FlagValue {}

/// A shard such as `0/3`, the first of three.
struct ShardArgument: NotatedFlagValue {
  let index: Int
  let count: Int

  init(flag text: String) throws(ValidationError) {
    (index, count) = try Self.parsed(text, least: 1, "shards", such: 3)
  }

  /// Reads `I/K`, the number of one of K, from 0.
  ///
  /// - Parameters:
  ///   - least: The least K.
  ///   - noun: What there are K of, for messages.
  ///   - usual: A usual K.
  static func parsed(
    _ text: String, least: Int, _ noun: String, such usual: Int
  ) throws(ValidationError) -> (index: Int, count: Int) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count >= least else {
      throw ValidationError("expected I/K, such as 0/\(usual) for the first of \(usual) \(noun)")
    }
    guard (0..<count).contains(index) else {
      throw ValidationError("\(noun) are numbered from 0: the last of \(count) is \(count - 1)/\(count)")
    }
    return (index, count)
  }

  /// Returns the shard of the same batches.
  ///
  /// - Throws: `ValidationError` if a shard would have none of a batch's examples, or none of a pass's batches.
  func share(of dataSets: SequenceBatches, by unit: Shard.Unit) throws -> SequenceBatches {
    let (size, batchCount) = (dataSets.largestBatchSize, dataSets.batchCount)
    switch unit {
    case .example where size < count:
      throw ValidationError(
        "--shard \(index)/\(count): expected at least as many examples in a batch as shards, found "
          + "\(pluralized(size, "example")) for \(count) shards; use larger batches (\(Remedy.batchSize)), let every shard "
          + "take whole batches (\(Remedy.shardByBatch)), or use fewer shards")
    case .batch where batchCount < count:
      throw ValidationError(
        "--shard \(index)/\(count) --shard-by batch: expected at least as many batches as shards, found "
          + "\(pluralized(batchCount, "batch", "batches")) for \(count) shards; use smaller batches (\(Remedy.batchSize)), or "
          + "fewer shards")
    case .example, .batch:
      return dataSets.sharded(Shard(index: index, count: count, unit: unit))
    }
  }
}
