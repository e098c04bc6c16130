import DataSets
import Platform
import Sequences
import Synchronization
import Tensors
import TestSupport
import Testing

/// Readers that fail at chosen sequences, under every policy.
struct ErrorPolicyTests {
  private let lengths = [3, 1, 4, 1, 5, 9, 2, 6]

  private func reader(broken: [Int], kind: RecordError.Kind = .notANumber) -> TestReader {
    var reader = TestReader(lengths: lengths)
    for index in broken {
      reader.failures[index] = RecordError(
        kind, path: "x_\(index).csv", line: 2, column: 3, text: "n/a", "is not a number")
    }
    return reader
  }

  private func sets(
    broken: [Int], policy: ErrorPolicy = ErrorPolicy(.skipSequence), order: ExampleOrder = .sequential
  ) throws -> SequenceBatches {
    try SequenceBatches(
      features: reader(broken: broken), labels: .reader(TestReader(lengths: lengths), .values), batchSize: 3,
      alignment: .start, order: order, policy: policy)
  }

  @Test func aSkippedSequenceShrinksItsBatchAndMovesNoOther() throws {
    for broken in [[0], [4], [1, 2], [7], [0, 1, 2], Array(0..<8)] {
      let whole = try allBatches(sets(broken: []))
      let found = try allBatches(sets(broken: broken))
      #expect(found.count == whole.count)
      for (step, (all, some)) in zip(whole, found).enumerated() {
        let kept = all.metadata.map(\.index).filter { !broken.contains($0) }
        #expect(some.metadata.map(\.index) == kept)
        let gone = broken.filter { (step * 3..<step * 3 + 3).contains($0) }
        #expect(some.ledger.entries.map(\.file) == gone.map { "x_\($0).csv" })
        #expect(some.ledger.sequenceCount == gone.count)
        #expect(some.labels?.shape[0] == kept.count && some.featuresMask.lengths == kept.map { lengths[$0] })
      }
    }
  }

  /// A policy is given once: batches take it from their readers, through everything around these.
  @Test func batchesTakeThePolicyOfTheirReaders() throws {
    let skipping = ErrorPolicy(.skipSequence)
    func examples(
      _ features: ErrorPolicy, _ labels: ErrorPolicy, brokenLabels: Bool, _ own: ErrorPolicy? = nil
    ) throws -> [Int] {
      var readers = (reader(broken: brokenLabels ? [] : [1, 2]), reader(broken: brokenLabels ? [1, 2] : []))
      (readers.0.schema.policy, readers.1.schema.policy) = (features, labels)
      let parts = Partition(["all": 1])
      let batches = try SequenceBatches(
        features: parts.part("all", of: readers.0).transformed(by: TransformPipeline([])),
        labels: .reader(parts.part("all", of: readers.1), .values), batchSize: 3, alignment: .start,
        policy: own)
      #expect(batches.policy == own ?? (features.raisesEverything ? labels : features))
      return try allBatches(batches).flatMap { $0.metadata.map(\.index) }
    }
    for brokenLabels in [false, true] {
      for (features, labels) in [(skipping, .raise), (.raise, skipping), (skipping, skipping)]
        as [(ErrorPolicy, ErrorPolicy)]
      {
        #expect(try examples(features, labels, brokenLabels: brokenLabels) == [0, 3, 4, 5, 6, 7])
        #expect(throws: RecordError.self) {
          try examples(features, labels, brokenLabels: brokenLabels, .raise)
        }
      }
      #expect(throws: RecordError.self) { try examples(.raise, .raise, brokenLabels: brokenLabels) }
      #expect(try examples(.raise, .raise, brokenLabels: brokenLabels, skipping) == [0, 3, 4, 5, 6, 7])
    }
  }

  @Test func anEmptyBatchIsSkippedAndReported() throws {
    for threads in [1, 2, 5] {
      let told = Mutex<[String]>([])
      var iterator = SequenceDataSetIterator(
        try sets(broken: [0, 1, 2, 4]), workers: WorkerPool(threads: threads)
      ) { entry in
        told.withLock { $0.append("\(entry.file):\(entry.line ?? 0) \(entry.rule) \(entry.action)") }
      }
      for epoch in 0..<2 {
        iterator.begin(epoch: epoch)
        #expect(try rest(&iterator).map { $0.metadata.map(\.index) } == [[3, 5], [6, 7]])
        let expected = [0, 1, 2, 4].map { "x_\($0).csv:2 skip-sequence left out the sequence" }
        #expect(told.withLock { Array($0.suffix(4)) } == expected)
      }
      #expect(told.withLock { $0.count } == 8)
    }
  }

  @Test func everyShardHasEveryStep() throws {
    for count in [1, 2, 3, 11] {
      let shards = try (0..<count).map {
        try sets(broken: [0, 1, 2, 4]).sharded(Shard(index: $0, count: count))
      }
      #expect(Set(shards.map(\.batchCount)) == [3])
      for step in 0..<3 {
        let slices = try shards.map { try $0.batch(epoch: 0, index: step) }
        let whole = try sets(broken: [0, 1, 2, 4]).batch(epoch: 0, index: step)
        #expect(slices.flatMap(\.metadata) == whole.metadata)
        #expect(slices.flatMap(\.ledger.entries) == whole.ledger.entries)
        if whole.exampleCount > 0 {
          #expect(DataSet.merging(slices.filter { $0.exampleCount > 0 }).features == whole.features)
        }
      }
      var iterator = SequenceDataSetIterator(shards[0])
      let steps = try rest(&iterator).count
      #expect(count == 1 || steps == 3)
    }
  }

  @Test func faultsThatNoPolicyCoversAreThrown() throws {
    var policy = ErrorPolicy()
    policy[.columnCount] = .skipSequence
    let sets = try sets(broken: [1], policy: policy)
    expectMessage("x_1.csv:2:3: is not a number") { _ = try sets.batch(epoch: 0, index: 0) }
  }

  @Test func aBudgetEndsThePassAtTheSamePlaceForAnyThreadCount() throws {
    let message =
      "x_4.csv:2:3: the error budget is used up: expected at most 1 of 8 sequences at fault, found 2, the last one by "
      + "not a number (left out the sequence); fix the data, or raise the budget (--error-budget N)"
    for threads in [1, 2, 5] {
      for budget in [ErrorBudget.sequences(1), .share(0.125), .share(0.2)] {
        var iterator = SequenceDataSetIterator(
          try sets(broken: [2, 4]), workers: WorkerPool(threads: threads), errorBudget: budget)
        #expect(try iterator.next()?.exampleCount == 2)
        for _ in 0..<2 { expectMessage(message) { _ = try iterator.next() } }
        // Each new pass has its own budget, and so has a resumed pass.
        iterator.begin(epoch: 1)
        _ = try iterator.next()
        let state = iterator.state
        #expect(state.faultyCount == 1)
        iterator.begin(epoch: 2)
        try iterator.restore(state)
        expectMessage(message) { _ = try iterator.next() }
      }
      var iterator = SequenceDataSetIterator(try sets(broken: [2, 4]), errorBudget: .sequences(2))
      #expect(try rest(&iterator).count == 3)
    }
  }

  @Test func rowsSkippedInOneAreSkippedInTheOther() throws {
    for featuresGone in 0..<8 {
      for labelsGone in 0..<8 {
        func reader(_ gone: Int, _ offset: Float) -> TestReader {
          var reader = TestReader(values: [(0..<3).filter { gone >> $0 & 1 == 0 }.map { Float($0) + offset }])
          reader.sequences[0].skippedRows = (0..<3).filter { gone >> $0 & 1 == 1 }
          // The middle row was missing once.
          reader.sequences[0].missingCells = reader.sequences[0].values.indices.filter {
            reader.sequences[0].values[$0] == 1 + offset
          }
          return reader
        }
        let kept = (0..<3).filter { (featuresGone | labelsGone) >> $0 & 1 == 0 }
        let sets = try SequenceBatches(
          features: reader(featuresGone, 10), labels: .reader(reader(labelsGone, 20), .values),
          policy: ErrorPolicy(.skipSequence))
        let batch = try sets.batch(epoch: 0, index: 0)
        guard !kept.isEmpty else {
          #expect(batch.exampleCount == 0 && batch.ledger.entries.map(\.fault) == [.empty])
          continue
        }
        #expect(batch.features.elements == kept.map { Float($0) + 10 })
        #expect(batch.labels?.elements == kept.map { Float($0) + 20 })
        #expect((0..<kept.count).allSatisfy { batch.observedMask[0, 0, $0] == (kept[$0] != 1) })
        for (step, row) in kept.enumerated() {
          #expect(batch.explain(example: 0, step: step, column: 0)?.position.line == row + 1)
          #expect(batch.explainLabel(example: 0, step: step)?.position.line == row + 1)
        }
      }
    }
  }

  /// Other counts tell only if what is left is as many rows as labels, and rows of one of them were skipped;
  /// if there was one label from the beginning; and if nothing was skipped.
  @Test(arguments: [Alignment.start, .end])
  func otherCountsPairWhatIsLeftOrAreRejected(alignment: Alignment) throws {
    for (rowCount, labelCount) in [(2, 3), (2, 4), (3, 2), (4, 2), (4, 3), (3, 4), (3, 1), (1, 3)] {
      for gone in 0..<1 << (rowCount + labelCount) {
        func rows(_ count: Int, from bit: Int) -> (kept: [Int], gone: [Int]) {
          let isGone = { (row: Int) in gone >> (bit + row) & 1 == 1 }
          return ((0..<count).filter { !isGone($0) }, (0..<count).filter(isGone))
        }
        func reader(_ rows: (kept: [Int], gone: [Int]), _ offset: Float) -> TestReader {
          var reader = TestReader(values: [rows.kept.map { Float($0) + offset }])
          reader.sequences[0].skippedRows = rows.gone
          return reader
        }
        let (features, labels) = (rows(rowCount, from: 0), rows(labelCount, from: rowCount))
        if features.kept.isEmpty || labels.kept.isEmpty { continue }
        let sets = try SequenceBatches(
          features: reader(features, 10), labels: .reader(reader(labels, 20), .values), alignment: alignment)
        let isPaired =
          labels.kept.count == features.kept.count && (features.gone.isEmpty || labels.gone.isEmpty)
        if gone != 0 && labelCount != 1 && !isPaired {
          let error = #expect(throws: RecordError.self) { try sets.batch(epoch: 0, index: 0) }
          #expect(error?.kind == .lengths)
          continue
        }
        let batch = try sets.batch(epoch: 0, index: 0)
        let inputs = batch.features.elements.filter { $0 != 0 }
        let targets = batch.labels?.elements.filter { $0 != 0 }
        #expect(inputs == features.kept.map { Float($0) + 10 })
        #expect(targets == labels.kept.map { Float($0) + 20 })
        if labels.kept.count == features.kept.count { #expect(batch.labelsMask == batch.featuresMask) }
      }
    }
  }

  @Test func sequencesWithoutPartnerAreSkippedUnderThePolicy() throws {
    let features = TestReader(lengths: lengths)
    let labels = TestReader(lengths: lengths).reordered([7, 1, 2, 5])
    #expect(throws: RecordError.self) {
      try SequenceBatches(features: features, labels: .reader(labels, .values))
    }
    let extra = TestReader(lengths: [1, 1]).reordered([0, 1])
    let sets = try SequenceBatches(
      features: extra.named("f"), labels: .reader(labels.named("l"), .values), alignment: .start,
      policy: ErrorPolicy(.skipSequence))
    let batch = try sets.batch(epoch: 0, index: 0)
    #expect(batch.metadata.map(\.features.key) == ["1"])
    #expect(batch.ledger.entries.map(\.file) == ["f_0.csv", "l_7.csv", "l_2.csv", "l_5.csv"])
    #expect(batch.ledger.entries.allSatisfy { $0.fault == .unpaired })
  }

  @Test func invalidClassesAreSkippedUnderThePolicy() throws {
    let labels = TestReader(values: [[0], [3], [1], [-1], [1.5], [2]])
    let sets = try SequenceBatches(
      features: TestReader(lengths: [2, 2, 2, 2, 2, 2]), labels: .reader(labels, .oneHot(classes: 3)),
      alignment: .end, policy: ErrorPolicy(.skipSequence))
    let batch = try sets.batch(epoch: 0, index: 0)
    #expect(batch.metadata.map(\.index) == [0, 2, 5])
    #expect(batch.ledger.entries.map(\.fault) == [.classIndex, .classIndex, .classIndex])
  }

  @Test func resumingInTheMiddleOfSkippingGivesTheRest() throws {
    for threads in [1, 2, 5] {
      let pool = WorkerPool(threads: threads)
      func fresh() throws -> SequenceDataSetIterator {
        SequenceDataSetIterator(try sets(broken: [0, 3, 4], order: .shuffled(seed: 4)), workers: pool)
      }
      var iterator = try fresh()
      var (states, found): ([IteratorState], [DataSet]) = ([iterator.state], [])
      while let batch = try iterator.next() {
        found.append(batch)
        states.append(iterator.state)
      }
      for (step, state) in states.enumerated() {
        var other = try fresh()
        try other.restore(state)
        #expect(try rest(&other) == Array(found[step...]))
      }
    }
  }
}

struct PartitionTests {
  @Test func sequencesStayInTheirPartWhenOthersAreAdded() throws {
    let partition = Partition(["train": 8, "validation": 1, "test": 1], seed: 3)
    let few = TestReader(lengths: [Int](repeating: 1, count: 100))
    let many = TestReader(lengths: [Int](repeating: 1, count: 1000))
    var sizes: [String: Int] = [:]
    var seen: Set<String> = []
    for name in partition.names {
      let part = try partition.part(name, of: many)
      let keys = (0..<part.count).map { part.source(of: $0).key }
      #expect(seen.isDisjoint(with: keys))
      seen.formUnion(keys)
      sizes[name] = part.count
      let before = try partition.part(name, of: few)
      let known = Set((0..<before.count).map { before.source(of: $0).key })
      #expect(known == Set(keys.filter { (Int($0) ?? 0) < 100 }))
    }
    #expect(seen.count == 1000)
    #expect((750...850).contains(sizes["train"] ?? 0) && (70...130).contains(sizes["test"] ?? 0))
  }

  /// The classes of examples, and the names of their parts by key.
  private func parts(
    _ partition: Partition, _ classes: [Int], _ keys: [String]
  ) throws -> [String: String] {
    let features = try CollectionSequenceRecordReader(keys.map { _ in [[1]] }, keys: keys)
    let labels = try CollectionSequenceRecordReader(classes.map { [[Float($0)]] }, keys: keys)
    var parts: [String: String] = [:]
    for name in partition.names {
      guard let part = try? partition.part(name, of: features, labels: labels) else { continue }
      #expect(part.features.count == part.labels.count)
      for index in 0..<part.features.count {
        #expect(part.labels.source(of: index).key == part.features.source(of: index).key)
        #expect(parts.updateValue(name, forKey: part.features.exampleKey(of: index)) == nil)
      }
    }
    return parts
  }

  @Test func sharesAreExactInAllAndNearlyInEveryClass() throws {
    var generator = SplitMix64(seed: 31)
    for seed in 0..<60 as Range<UInt64> {
      let weights: [Double] = [[8, 1, 1], [3, 2, 0], [1, 1, 1], [0.5, 0.25, 0.25]][Int(seed % 4)]
      let names = ["train", "validation", "test"]
      let partition = Partition(names: names, weights: weights, seed: seed)
      let classCount = Int.random(in: 1...6, using: &generator)
      let count = seed % 2 == 0 ? 240 : Int.random(in: 5...60, using: &generator)
      let classes = (0..<count).map { _ in Int.random(in: 0..<classCount, using: &generator) }
      let keys = (0..<count).map { "k\($0)" }
      let parts = try parts(partition, classes, keys)
      #expect(parts.count == count)
      for (name, weight) in zip(names, weights) {
        let share = weight / weights.reduce(0, +)
        func excess(_ members: [Int]) -> Double {
          Double(members.count { parts[keys[$0]] == name }) - Double(members.count) * share
        }
        #expect(abs(excess(Array(0..<count))) < (count == 240 ? 1e-9 : 1.001))
        for number in 0..<classCount {
          #expect(abs(excess((0..<count).filter { classes[$0] == number })) < 2)
        }
      }
      // One more example moves those at the borders of its class, and of the classes after it.
      let more = try self.parts(partition, classes + [0], keys + ["new"])
      #expect(keys.count { more[$0] != parts[$0] } <= 4 * classCount)
    }
  }

  @Test func labelsOfStepsAreNoClasses() throws {
    let keys = (0..<40).map { "k\($0)" }
    let features = try CollectionSequenceRecordReader(keys.map { _ in [[1], [2]] }, keys: keys)
    let ofSteps = try CollectionSequenceRecordReader(keys.map { _ in [[0], [1]] }, keys: keys)
    let partition = Partition(["train": 3, "test": 1], seed: 2)
    let train = try partition.part("train", of: features, labels: ofSteps)
    #expect(train.features.count == 30)
    #expect(partition.parts(of: features, by: .rank).count { $0 == "train" } == 30)
  }

  @Test func aPartWithoutSequencesIsAnError() {
    expectMessage(
      "x_0.csv: the part \"none\" has no sequence: expected at least one of 2, found none; give it a larger weight, "
        + "another seed, or more sequences"
    ) { _ = try Partition(["all": 1, "none": 0]).part("none", of: TestReader(lengths: [1, 1])) }
  }
}

struct ExplainTests {
  @Test func aValueKeepsItsLocationThroughPiecesPartsAndNormalizers() throws {
    var features = TestReader(lengths: [3, 5], columns: 2)
    features.text = "7"
    let sets = try SequenceBatches(
      features: features, labels: .columns([0], .values), alignment: .end
    ).normalized(by: AffineNormalizer(shift: [1], scale: [2]))
    let batch = try sets.batch(epoch: 0, index: 0)
    let origin = try #require(batch.explain(example: 1, step: 4, column: 0))
    #expect(
      origin.description
        == "x_1.csv:5:7: \"7\", column \"c1\" -> normalized: (x - 1.0) / 2.0 -> \(batch.features[1, 0, 4])")
    #expect(batch.explainLabel(example: 1, step: 4)?.column == "c0")
    #expect(batch.explain(example: 0, step: 3, column: 0) == nil, "padding comes from nowhere")
    let piece = batch.examples([1]).pieces(of: 2)[1]
    #expect(piece.explain(example: 0, step: 1, column: 0)?.position.line == 4)
  }
}

struct PipelineReportTests {
  @Test func theVerdictNamesTheLargestCost() {
    var cost = PipelineReport.Cost()
    #expect(PipelineReport(cost: cost, waiting: 0, elapsed: 0).verdict == "no batch was made yet")
    cost.reading.open = 10
    cost.reading.read = 8
    cost.reading.parse = 71
    cost.padding = 11
    let report = PipelineReport(cost: cost, waiting: 80, elapsed: 100)
    #expect(
      report.description
        == "opening 10 percent, reading 8 percent, parsing 71 percent, other reading 0 percent, assembling 11 percent\n"
        + "parsing takes 71 percent of the time of making batches, 80 percent of the time is spent waiting for them; a "
        + "cache would make them 7.7x faster (--cache DIRECTORY)")
    #expect(
      PipelineReport(cost: cost, waiting: 1, elapsed: 100).verdict
        == "parsing takes 71 percent of the time of making batches; batches are ready before they are needed (1 percent "
        + "waiting): reading is not a bottleneck")
  }

  /// A report of a job of half a minute in which one stage takes nearly all the time.
  private func report(_ stage: WritableKeyPath<PipelineReport.Cost, UInt64>) -> PipelineReport {
    var cost = PipelineReport.Cost()
    (cost.padding, cost.paddingStepCount) = (1, 5)
    cost[keyPath: stage] = 99
    return PipelineReport(cost: cost, waiting: 20_000_000_000, elapsed: 30_000_000_000)
  }

  @Test func adviceIsForLongJobsAndNeverRepeatsAFlag() {
    let stages: [(WritableKeyPath<PipelineReport.Cost, UInt64>, Remedy?)] = [
      (\.reading.open, .cache), (\.reading.read, .cache), (\.reading.parse, .cache),
      (\.padding, .batchingAuto),
      (\.otherReading, nil),
    ]
    for (stage, remedy) in stages {
      for given in [[], [.cache], [.batchingAuto], [.cache, .batchingAuto]] as [Set<Remedy>] {
        for isLong in [true, false] {
          for isPadded in [true, false] {
            var report = report(stage)
            if !isLong { report.elapsed -= 1 }
            if !isPadded { report.cost.paddingStepCount = 0 }
            let advice = report.advice(besides: given)
            #expect((advice != nil) == isLong)
            for other in [Remedy.cache, .batchingAuto] {
              let isSuggested =
                isLong && other == remedy && !given.contains(other) && (isPadded || other == .cache)
              #expect((advice?.contains("(\(other))") ?? false) == isSuggested, "\(advice ?? "") \(given)")
            }
          }
        }
      }
    }
    #expect(PipelineReport(cost: .init(), waiting: 0, elapsed: .max).advice(besides: []) == nil)
  }

  @Test func batchesAndPaddingAreCounted() throws {
    for (lengths, size, padding) in [([3, 3, 3], 1, 0), ([3, 5, 4], 3, 3), ([3, 5, 4], 2, 2)] {
      var iterator = SequenceDataSetIterator(
        try SequenceBatches(features: TestReader(lengths: lengths), batchSize: size))
      #expect(try rest(&iterator).count == (3 + size - 1) / size)
      let cost = iterator.report.cost
      #expect(cost.batchCount == (3 + size - 1) / size && cost.total > 0 && cost.paddingStepCount == padding)
    }
  }
}
