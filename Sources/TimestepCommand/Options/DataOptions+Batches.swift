import ArgumentParser
import Sequences
import Timestep

// How the flags about data become batches: parts, transforms, windows, labels.
extension DataOptions {
  /// Returns the batches that the flags describe.
  ///
  /// - Parameters:
  ///   - contract: The properties that a model already knows; flags for these may be omitted.
  ///   - isTrained: False if the model is about to be trained with the alignment that the flags specify.
  ///   - partKey: The keys that decide the parts; default: those of `contract`.
  ///   - others: Other data that shares a table of labels.
  ///   - isLabelled: False if labels are not read.
  func dataSets(
    order: ExampleOrder = .sequential, contract: DataContract? = nil, isTrained: Bool = true,
    partKey: Partition.Key? = nil, sharing others: [DataOptions] = [], isLabelled: Bool = true
  ) throws -> SequenceBatches {
    let partKey = partKey ?? self.partKey(contract)
    // A model may know the transforms and the classes alone.
    let knowsColumns = contract?.columns.isEmpty == false
    // Missing values must reach the model's transforms if these fill them.
    let isFilled =
      contract?.transforms.map {
        // What comes after the last row to predict from has only the columns that are known beforehand.
        $0.fillsMissing || !isLabelled && $0.transforms.contains { $0 is KnownAhead }
      } ?? false
    var rule = CollectionRule(partKey: partKey)
    var (all, pipeline): (LabelledSequences, TransformPipeline?)
    var faulty: [LabelledSequences.Member: Ledger.Entry] = [:]
    while true {
      let missingValues = isFilled ? MissingValues.nan : .rejected
      rule.categories = try usedCategories(by: rule, missingValues, contract, isLabelled: isLabelled)
      let read = try allFeatures(missingValues: missingValues, contract: contract, collecting: rule)
      let allLabels =
        isLabelled
        ? try labelReader(besides: read, contract: contract, collecting: rule, sharing: others) : nil
      all = LabelledSequences(
        features: try withoutLabelColumns(read), labels: allLabels,
        parts: try parts(of: read, by: partKey, contract))
      var lonely: [String] = []
      if faults.policy[.unpaired] == .skipSequence {
        lonely = try all.leaveOutUnpaired(dividing: batching.partition)
      } else if store.window != nil || makesPieces(contract), let labels = all.labels {
        // A short series may have no window and no piece that would lack its labels.
        try Pairing.check(all.features, with: labels)
      }
      // First, since times count from the first row of the whole sequence.
      if faults.policy.skipsRows, changesRows(contract) { all.leaveOutRowsWithoutLabels() }
      try all.divide(by: batching.chronologicalSplit)
      pipeline = try self.pipeline(for: all, contract)
      guard faults.policy.skipsSequences else { break }
      // Left out as wholes, or pieces, and first: a fault may show only after transforms, or in the labels.
      let found = try RunNotes.withoutNotes {
        try batches(of: all.features, all.labels, pipeline, contract, isLabelled).faultySequences()
      }
      // The first reason is the fault: a category that is no longer known is none.
      faulty.merge(found.map { (all.member($0.key), $0.value) }) { first, _ in first }
      // Nothing is collected from them, which may put further ones at fault.
      guard rule.leaveOut(all.trainingKeys(of: faulty) + lonely), collects(contract) else {
        break
      }
      var rest = all
      if try rest.leaveOut(faulty) { try rest.checkRest(of: all.parts.map { _ in PartName.train.rawValue }) }
    }
    if try all.leaveOut(faulty) { pipeline = try self.pipeline(for: all, contract) }
    try all.checkRest(of: batching.part?.rawValue)
    var features = try batching.part(of: all.features, all.parts)
    if !knowsColumns { features = try watchingDoubtfulColumns(in: features) }
    var labels = try all.labels.map { try part(ofLabels: $0, all.parts, of: all.features) }
    if !knowsColumns, regression, let own = labels { labels = try watchingPrecision(ofLabels: own) }
    let made = try batches(of: features, labels, pipeline, contract, isLabelled).ordered(order)
    return try batching.batched(knowsColumns && isTrained ? made.requiringAlignment() : made)
      .reporting(leftOut: all.leftOut(of: batching.part?.rawValue))
      .drawn(by: partKey == .pairing ? nil : partKey)
      .knowingLabelHeader(labelHeader != nil)
      .written(as: GivenFlags.current.fileSettings)
      .labelledOnce(knowsColumns ? nil : try hasOneLabelPerSeries(all.labels, made.contract.alignment))
  }

  /// The alignment without a flag: by where labels come from.
  var alignmentOfLabels: Alignment {
    if labelSource.horizon != nil { return .start }
    return labelSource.isGiven || layout.oneSeriesPerRow || stateLabels || join.joinOn != nil ? .end : .equal
  }

  /// True if sequences are divided into pieces.
  private func makesPieces(_ contract: DataContract?) -> Bool {
    batching.chronologicalSplit != nil || store.maxGap != nil || contract?.longestGap != nil
  }

  /// True if values of a row depend on others, or rows become others or windows, before they are paired with labels.
  private func changesRows(_ contract: DataContract?) -> Bool {
    let encodings = contract?.encodings ?? [:]
    return !columns.time.isEmpty || !columns.offset.isEmpty || !encodings.isEmpty || batching.isDivided
      || !transforms.transform.isEmpty || contract?.transforms != nil || store.window != nil
      || store.maxGap != nil || contract?.longestGap != nil
  }

  /// Returns the batches of sequences and their labels in the order of the files, of which nothing is known but what the
  /// flags say.
  private func batches(
    of features: any SequenceRecordReader, _ labels: (any SequenceRecordReader)?,
    _ pipeline: TransformPipeline?, _ contract: DataContract?, _ isLabelled: Bool
  ) throws -> SequenceBatches {
    var (features, labels) = (features, labels)
    let labelNames = hasOwnLabels ? [] : try self.labelNames(in: features)
    // First, so that no transform sees a row from before a gap.
    (features, labels) = try store.cutAtGaps(features, labels, knowing: contract)
    let long = try longEnough(features, labels, for: pipeline, contract, isLabelled)
    (features, labels) = (long.features, long.labels)
    if isLabelled, let horizon = labelSource.horizon {
      labels = try futureLabels(of: features, before: pipeline, horizon)
      // What is known ahead takes them, and drops them.
      if labelSource.labelOnce, labelSource.knownAhead == nil {
        let reach = horizon + (labelSource.lead ?? 0)
        (features, labels) = (features.trimmed(by: reach), labels?.trimmed(by: reach))
      }
    }
    let pipeline = pipeline?.dividedAtWindows
    if let pipeline = pipeline?.ofSequences { features = try features.transformed(by: pipeline) }
    // After the transforms, so that those of a window's first row know the row before it.
    let cut = try store.cut(features, labels)
    (features, labels) = (cut.features, cut.labels)
    if let pipeline = pipeline?.ofWindows { features = try features.transformed(by: pipeline) }
    var source = LabelSource.none
    if isLabelled,
      let encoding = try labelEncoding(
        contract, vocabulary(ofLabels: labelNames, labels ?? features), columns: labels?.columns ?? labelNames
      )
    {
      if let labels {
        source = .reader(labels, encoding)
      } else if labelColumn != nil {
        source = .columns(try labelNames.map { try position(of: $0, in: features) }, encoding)
      }
    }
    let made = try SequenceBatches(
      features: features, labels: source, batchSize: batchSize ?? 32,
      alignment: align ?? contract?.alignment ?? alignmentOfLabels,
      policy: faults.policy
    ).reporting(leftOut: long.decisions.flatMap { $0 }, of: long.decisions.count)
      .reporting(leftOut: cut.decisions.flatMap { $0 }, of: cut.decisions.count)
    let judged = labelSource.horizon != nil && labelSource.labelOnce ? made.keepingLastLabel() : made
    // As a model knows them.
    guard let levels = contract?.labels.quantiles, made.contract.labels.encoding == .values else {
      return judged
    }
    return judged.repeatingLabels(for: levels)
  }

  /// Returns the labels of the part of `features` that is used; all of them without `--split`.
  ///
  /// - Parameter parts: The part of every sequence of `features`; `nil` without `--split`.
  func part(
    ofLabels labels: any SequenceRecordReader, _ parts: [String]?, of features: any SequenceRecordReader
  ) throws -> any SequenceRecordReader {
    guard let parts, let partition = batching.partition else { return labels }
    return try batching.part(of: labels, partition.parts(ofLabels: labels, as: parts, of: features))
  }

  /// Returns the transforms of a model, or else those of the flags, fitted on the training part.
  ///
  /// - Throws: `ValidationError` if the flags name others than the model has.
  private func pipeline(for all: LabelledSequences, _ contract: DataContract?) throws -> TransformPipeline? {
    if let known = contract?.transforms {
      try checkKnownAhead(known, in: all.features)
      if transforms.transform.isEmpty { return known }
    }
    let labelNames = hasOwnLabels ? [] : try self.labelNames(in: all.features)
    let known = contract?.transforms
    func check(_ described: TransformPipeline, count: Int) throws -> TransformPipeline {
      let expected = TransformPipeline(Array(known?.transforms.prefix(count) ?? []))
      guard described.unfitted != expected.unfitted else { return expected }
      throw ValidationError(
        "--transform contradicts the model: it was trained with \"\(known?.summary ?? "")\", the flags say "
          + "\"\(described.summary)\"; \(Remedy.leaveOutTransform)")
    }
    let described = try transforms.described(
      on: all.features, besides: labelNames, statics: all.features.schema.staticColumns,
      after: knownAhead(in: all.features)
    ) { first in
      try known == nil ? fitted(first, on: all, contract) : check(first, count: first.transforms.count)
    }
    if let known { return try described.map { try check($0, count: .max) } ?? known }
    guard let described else { return nil }
    if store.window == nil, described.transforms.contains(where: { ($0 as? FillMissing)?.within == .window })
    {
      throw ValidationError("--transform fill:within=window requires --window: it looks inside of windows")
    }
    if labelSource.horizon != nil,
      let reaching = described.transforms.first(where: { ($0 as? FillMissing)?.rule == .linear })
    {
      throw ValidationError(
        "--horizon and a fill by the linear rule exclude each other (\(reaching.summary)): a gap would be filled from the values "
          + "that are to be forecast; look only back (\(Remedy.fillForward))")
    }
    if areClassNumbers(contract) { try described.check(classNumbers: labelNames, in: all.features) }
    noteReach(of: described)
    return try fitted(described, on: all, contract)
  }

  /// Checks that the flags name the same columns as known ahead, as far ahead, as a model does.
  private func checkKnownAhead(_ known: TransformPipeline, in features: any SequenceRecordReader) throws {
    guard labelSource.horizon != nil else { return }
    func ahead(_ pipeline: TransformPipeline) -> KnownAhead? {
      pipeline.transforms.lazy.compactMap { $0 as? KnownAhead }.first
    }
    let (stored, described) = (ahead(known), ahead(try knownAhead(in: features)))
    guard stored != described else { return }
    func words(_ transform: KnownAhead?) -> String {
      transform.map { "\"\($0.summary)\"" } ?? "no column that is known ahead"
    }
    throw ValidationError(
      "--known-ahead, --horizon and --lead contradict the model: it was trained with \(words(stored)), the flags say "
        + "\(words(described)); give those of its training, or train a new one")
  }

  /// Returns transforms, fitted on the training part.
  private func fitted(
    _ pipeline: TransformPipeline, on all: LabelledSequences, _ contract: DataContract?
  ) throws -> TransformPipeline {
    if pipeline.isFitted { return pipeline }
    let sequences = try batching.trainingSequences(of: all.features, all.parts)
    let training = sequences.count == all.features.count ? all.features : all.features.choosing(sequences)
    let pieces = try store.cutAtGaps(training, knowing: contract).features
    // What is left out is said where batches are made.
    let used = try RunNotes.withoutNotes {
      try longEnough(pieces, nil, for: pipeline, contract, true).features
    }
    do {
      return try pipeline.fitted(on: used, policy: faults.policy)
    } catch let error as RecordError where faults.policy.skipsSequences {
      // That nothing is left says more than that nothing can be learned from it.
      if try used.kept(Array(0..<used.count), by: faults.policy).isEmpty { try checkRest(0, of: used) }
      throw error
    }
  }

  /// Returns the sequences that are long enough for a label, where the rows after it are dropped, and of pieces those that the
  /// transforms leave a row of; with their labels.
  ///
  /// A whole series that is too short for a transform is at fault, and so is one that cannot be read: it stays. The decisions
  /// about the others are returned, which no batch reports.
  private func longEnough(
    _ features: any SequenceRecordReader, _ labels: (any SequenceRecordReader)?,
    for pipeline: TransformPipeline?, _ contract: DataContract?, _ isLabelled: Bool
  ) throws -> CacheAndWindowOptions.Cut {
    let arePieces = makesPieces(contract)
    let drops = isLabelled && (labelSource.labelOnce || labelSource.knownAhead != nil)
    let reach = drops ? (labelSource.horizon ?? 0) + (labelSource.lead ?? 0) : 0
    var cut = CacheAndWindowOptions.Cut(features: features, labels: labels)
    guard reach > 0 || arePieces && pipeline != nil else { return cut }
    // Times tell how many rows intervals of time become.
    let dependsOnTimes = arePieces && pipeline?.transforms.contains { $0 is ResampleByTime } ?? false
    func isLong(_ count: Int) -> Bool {
      if count <= reach { return false }
      guard arePieces, !dependsOnTimes, let pipeline else { return true }
      // What is known ahead takes the rows after a label itself.
      let left = labelSource.knownAhead == nil ? count - reach : count
      return pipeline.transforms.reduce(left) { $1.outputStepCount($0) } > 0
    }
    let transforms = dependsOnTimes ? pipeline?.dividedAtWindows.ofSequences?.transforms ?? [] : []
    let resampled = transforms.lastIndex { $0 is ResampleByTime }.map { $0 + 1 } ?? 0
    // Those that have still to learn change no number of rows.
    let timed = TransformPipeline(transforms[..<resampled].filter { TransformPipeline([$0]).isFitted })
    let later = transforms[resampled...]
    var transformed: (any SequenceCursor)?
    if dependsOnTimes { transformed = try features.transformed(by: timed).makeCursor() }
    var left = SequenceRecord()
    func leavesRows(of index: Int) throws -> Bool {
      do {
        try transformed?.read(index, into: &left)
        return transformed == nil || later.reduce(left.stepCount) { $1.outputStepCount($0) } > 0
      } catch let error as RecordError {
        return error.kind != .lengths
      }
    }
    var (cursor, record): (any SequenceCursor, SequenceRecord) = (try features.makeCursor(), SequenceRecord())
    var long: [Int] = []
    for index in 0..<features.count {
      var count = features.stepCount(of: index)
      if count.map({ !isLong($0) }) ?? true {
        do {
          try cursor.read(index, into: &record)
          count = record.stepCount
        } catch is RecordError {
          count = nil
        }
      }
      if let count, try !isLong(count) || !leavesRows(of: index) {
        if !record.ledger.isEmpty { cut.decisions.append(record.ledger) }
      } else {
        long.append(index)
      }
    }
    // If none is, the first one is reported where it is read.
    if long.isEmpty || long.count == features.count {
      cut.decisions = []
      return cut
    }
    RunNotes.write(
      "\(pluralized(features.count - long.count, "sequence")) of \(features.count) "
        + (reach > 0
          ? "without \(reach) rows after a step: left out" : "too short for the transforms: left out"))
    cut.features = features.choosing(long)
    let keys = Set(long.map { features.source(of: $0).key })
    cut.labels = labels.map { own in
      own.choosing((0..<own.count).filter { keys.contains(own.source(of: $0).key) })
    }
    return cut
  }

  /// Says that windows see values after their end, if a transform fills their gaps from there.
  private func noteReach(of pipeline: TransformPipeline) {
    let looksAhead = pipeline.transforms.contains {
      ($0 as? FillMissing).map { $0.rule == .linear && $0.within == .sequence } ?? false
    }
    guard looksAhead, store.window != nil else { return }
    RunNotes.write(
      "fill: the linear rule uses the value after a gap, so that a window can contain what comes after its end; look only "
        + "back (\(Remedy.fillForward)) or only inside the window (\(Remedy.fillInWindow))")
  }
}

extension SequenceRecordReader {
  /// Returns the same sequences without their last rows.
  fileprivate func trimmed(by count: Int) -> any SequenceRecordReader {
    TrimmedSequenceRecordReader(self, droppingLast: count)
  }
}
