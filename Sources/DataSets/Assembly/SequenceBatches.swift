import Sequences
import Synchronization
import Tensors

/// The batches of a data set, which can be made in any order.
///
/// It combines order, padding, alignment, labels and masks.
///
/// ```swift
/// let dataSets = try SequenceBatches(
///   features: features, labels: .reader(labels, .oneHot(classes: 4)), batchSize: 32, alignment: .end)
/// let batch = try dataSets.batch(epoch: 3, index: 120)   // that batch, without the ones before it
/// ```
/// Threads may share the value.
public struct SequenceBatches: RandomAccessBatches {
  let recipe: BatchRecipe
  /// The handling of faults in the data.
  public var policy: ErrorPolicy { recipe.policy }
  /// The part of every batch that this reader delivers.
  public private(set) var shard = Shard.whole
  /// The order of the batches.
  private(set) var batches: BatchOrder
  private let assemblers: AssemblerPool

  /// Makes the batches of sequences.
  ///
  /// - Parameters:
  ///   - features: The sequences.
  ///   - labels: The source of the labels: none, a separate reader, or columns of `features`.
  ///   - batchSize: The number of examples per batch; the last one of a pass may have fewer.
  ///   - alignment: The placement of the shorter of an example's features and labels.
  ///   - order: The order of the examples in a pass.
  ///   - storageOrder: The memory layout of the tensors; it does not affect results.
  ///   - policy: The handling of faults that concern a whole sequence; `nil`: that of the feature reader, or of the
  ///     label reader if only that has one. A policy that skips sequences is therefore given once. See `Ledger.Entry`.
  /// - Throws: `RecordError` if files have no partner, or if columns do not fit the labels.
  public init(
    features: any SequenceRecordReader, labels: LabelSource = .none, batchSize: Int = 32,
    alignment: Alignment = .equal, order: ExampleOrder = .sequential,
    storageOrder: Tensor.StorageOrder = .timeMajor,
    policy: ErrorPolicy? = nil
  ) throws {
    let recipe = try BatchRecipe(
      features: features, labels: labels, alignment: alignment, storageOrder: storageOrder,
      policy: policy ?? Self.policy(of: features, labels))
    self.init(
      recipe: recipe,
      batches: BatchOrder(exampleCount: recipe.features.count, batchSize: batchSize, order: order))
  }

  /// Returns the policy of the readers.
  private static func policy(of features: any SequenceRecordReader, _ labels: LabelSource) -> ErrorPolicy {
    let policy = features.schema.policy
    guard policy.raisesEverything, case .reader(let reader, _) = labels else { return policy }
    return reader.schema.policy
  }

  private init(recipe: BatchRecipe, batches: BatchOrder, shard: Shard = .whole) {
    self.recipe = recipe
    self.batches = batches
    self.shard = shard
    assemblers = AssemblerPool(recipe)
  }

  /// Returns the batches of a changed recipe.
  private func changed(_ change: (inout BatchRecipe) -> Void) -> SequenceBatches {
    var recipe = recipe
    change(&recipe)
    return SequenceBatches(recipe: recipe, batches: batches, shard: shard)
  }

  /// The number of examples per batch; batches may be smaller at the end of a pass or of a bucket.
  public var batchSize: Int { batches.batchSize }

  /// The order in which a pass visits the examples.
  public var order: ExampleOrder { batches.order }

  /// The rule that decides which examples share a batch.
  public var batching: Batching { batches.batching }

  /// The number of examples.
  public var exampleCount: Int { recipe.features.count }

  /// The number of batches per pass.
  public var batchCount: Int { batches.batchCount }

  /// The properties of this data that a model may rely on.
  public var contract: DataContract { recipe.contract }

  /// Returns the origin of example `index`: of its features, and of its labels if they have their own reader.
  public func sources(of index: Int) -> (features: SequenceRecord.Source, labels: SequenceRecord.Source?) {
    guard case .reader(let reader, _) = recipe.labelSource else {
      return (recipe.features.source(of: index), nil)
    }
    return (recipe.features.source(of: index), reader.source(of: recipe.pairing[index]))
  }

  /// Returns batch `index` of pass `epoch`, or this shard's slice of it.
  ///
  /// It does not contain sequences that the policy skips, but its ledger lists them; it may be left without
  /// examples (N = 0), as may a shard's slice. `SequenceDataSetIterator` omits batches that were left empty.
  ///
  /// - Throws: Any error of reading: `RecordError` or `FileError` with the location.
  public func batch(epoch: Int, index: Int) throws -> DataSet {
    var batch = try assemblers.assemble(examples(epoch: epoch, index: index))
    if index == 0, !recipe.leftOut.isEmpty, shard.index == 0 {
      // What was left out before is reported once per pass.
      batch.ledger = Ledger(entries: recipe.leftOut, sequenceCount: recipe.leftOutCount) + batch.ledger
    }
    return batch
  }

  /// Returns the examples of batch `index` of pass `epoch`, or of this shard's slice of it, without reading
  /// them.
  public func examples(epoch: Int, index: Int) -> [Int] {
    batches.examples(epoch: epoch, index: index, shard: shard)
  }

  /// The number of examples of the largest batch, of which a shard has a slice.
  public var largestBatchSize: Int { batches.largestSize }

  /// Returns the number of faulty sequences that a single reader would count in batch `index` of pass `epoch`, and the
  /// decision about the last one: if this reader is a shard, the other slices' too.
  ///
  /// All data is read once, when it is first called.
  func faults(epoch: Int, index: Int) throws -> (count: Int, last: Ledger.Entry?) {
    let faulty = try assemblers.faulty.decisions()
    let found = batches.examples(epoch: epoch, index: index).compactMap { faulty[$0] }
    let before = index == 0 ? recipe.leftOutCount : 0
    return (before + found.count, found.last ?? (before > 0 ? recipe.leftOut.last : nil))
  }

  /// The whole sequences that the policy leaves out when they are read, by their indices (`wholeSequence(of:)`), each with
  /// the first decision.
  ///
  /// All data is read once, when it is first called.
  ///
  /// - Throws: Any error that is not about the data.
  package func faultySequences() throws -> [Int: Ledger.Entry] {
    var found: [Int: Ledger.Entry] = [:]
    for (example, entry) in try assemblers.faulty.decisions().sorted(by: { $0.key < $1.key })
    where entry.rule == ErrorPolicy.Action.skipSequence.description {
      let sequence = recipe.features.wholeSequence(of: example)
      found[sequence] = found[sequence] ?? entry
    }
    return found
  }

  /// The number of whole sequences, with those that were left out before: what a share of faulty ones is a share of.
  var sequenceCount: Int {
    Set((0..<exampleCount).map { recipe.features.wholeSequence(of: $0) }).count + recipe.leftOutCount
  }

  /// Returns the same data, whose passes report these decisions about sequences that were left out before.
  ///
  /// - Parameters:
  ///   - decisions: The decisions.
  ///   - sequenceCount: The number of sequences that they are about; `nil`: one for each decision.
  package func reporting(leftOut decisions: [Ledger.Entry], of sequenceCount: Int? = nil) -> SequenceBatches {
    changed {
      $0.leftOut = decisions + $0.leftOut
      $0.leftOutCount += sequenceCount ?? decisions.count
    }
  }

  /// Reads the batch of the given examples again; it equals the batch that the metadata came from.
  ///
  /// - Throws: `RecordError` if the metadata belongs to other data.
  public func batch(of metadata: [DataSet.ExampleMetadata]) throws -> DataSet {
    func refuse(_ path: String, _ what: String, _ example: DataSet.ExampleMetadata) -> RecordError {
      RecordError(
        .mismatch, path: path,
        "is not \(what) \(example.index) of this data set; metadata loads only from the data it came from")
    }
    for example in metadata {
      guard example.index >= 0, example.index < exampleCount,
        recipe.features.source(of: example.index) == example.features
      else { throw refuse(example.features.path, "example", example) }
      guard sources(of: example.index).labels == example.labels else {
        throw refuse(example.labels?.path ?? example.features.path, "the labels of example", example)
      }
    }
    return try assemblers.assemble(metadata.map(\.index))
  }

  /// Returns the same data with normalized features, and normalized regression labels if a normalizer is
  /// given.
  public func normalized(by features: AffineNormalizer?, labels: AffineNormalizer? = nil) -> SequenceBatches {
    var recipe = recipe
    precondition(
      recipe.featuresNormalizer == nil && recipe.labelsNormalizer == nil, "the data is normalized already")
    if let features {
      precondition(
        features.shift.count == recipe.featureColumns.count, "a normalizer of other feature columns")
    }
    if let labels {
      precondition(
        recipe.labelSource.encoding == .values && labels.shift.count == recipe.labelColumns.count,
        "a labels' normalizer is for regression labels, column by column")
    }
    recipe.featuresNormalizer = features
    recipe.labelsNormalizer = labels
    return SequenceBatches(recipe: recipe, batches: batches, shard: shard)
  }

  /// Returns the same data, whose contract says that its parts are drawn by `key`; `nil`: by pairing keys.
  public func drawn(by key: Partition.Key?) -> SequenceBatches {
    changed { $0.partKey = key }
  }

  /// Returns the same data, whose contract says how the files are written, by the names of flags.
  package func written(as settings: [String: DataContract.Setting]) -> SequenceBatches {
    changed { $0.fileSettings = settings.isEmpty ? nil : settings }
  }

  /// Returns the same data, whose contract says whether every series has one label, which is about all of it.
  package func labelledOnce(_ isSo: Bool?) -> SequenceBatches {
    changed { $0.hasOneLabelPerSeries = isSo }
  }

  /// Returns the same data, whose batches have the exact timestamps of their steps.
  package func keepingTimes() -> SequenceBatches {
    changed { $0.keepsTimes = true }
  }

  /// The name of the column whose timestamps `keepingTimes` keeps; `nil` if there is none.
  package var timeColumn: String? {
    let schema = recipe.features.schema
    let names = schema.columns.indices.filter { column in
      let source = (try? schema.transforms?.sourceColumn(of: column, columns: schema.columnsRead)) ?? column
      guard schema.columnsRead.indices.contains(source) else { return false }
      if case .time? = schema.encodings[schema.columnsRead[source]] { return true } else { return false }
    }
    return names.first.map { schema.columns[$0] }
  }

  /// Returns the key of an example.
  package func exampleKey(of index: Int) -> String { recipe.features.exampleKey(of: index) }

  /// True if examples are parts of sequences, and may have the same steps.
  package var mayRepeatSteps: Bool { recipe.features.schema.isPartial }

  /// Returns the key of the series that an example is, or is a window of.
  package func seriesKey(of index: Int) -> String {
    let key = exampleKey(of: index)
    return recipe.features.schema.isPartial ? key.withoutWindow : key
  }

  /// Returns the same batches for a network that predicts several quantiles: each label column once for each of them.
  ///
  /// The labels, numbers that are not normalized yet, become `[N, L * levels.count, T]`: with the levels 0.1 and 0.9, the
  /// columns `load@0.1`, `load@0.9`, and so on; see `Loss.quantiles`.
  public func repeatingLabels(for levels: [Float]) -> SequenceBatches {
    changed { $0.repeatLabels(for: levels) }
  }

  /// Returns the same data with the label of the last step of every example alone; the other labels are masked.
  ///
  /// The labels have a reader of their own, in whose columns labels may be missing.
  package func keepingLastLabel() -> SequenceBatches {
    changed { $0.keepsLastLabel = true }
  }

  /// Returns the same data with all labels that there are, also where only the last one of an example is used, or where an
  /// earlier window has the step.
  package func keepingAllLabels() -> SequenceBatches {
    changed { ($0.keepsLastLabel, $0.countsStepsOnce) = (false, false) }
  }

  /// Returns the same data for an evaluation: a step that several windows have counts once.
  ///
  /// Its label is present in the first of these windows, which has the most steps before it; in the others, it is masked.
  public func countingStepsOnce() -> SequenceBatches {
    changed { $0.countsStepsOnce = true }
  }

  /// Returns the same data for a model that requires its alignment: errors do not offer another one.
  package func requiringAlignment() -> SequenceBatches {
    changed { $0.isAlignmentRequired = true }
  }

  /// Returns the same data, of which it is known whether label files have a header.
  package func knowingLabelHeader(_ isKnown: Bool) -> SequenceBatches {
    changed { $0.knowsLabelHeader = isKnown }
  }

  /// Returns the same data in another order.
  public func ordered(_ order: ExampleOrder) -> SequenceBatches {
    var result = self
    result.batches = batches.with(order: order)
    return result
  }

  /// Returns the same data with another grouping into batches.
  ///
  /// - Parameters:
  ///   - batching: The rule that groups examples into batches.
  ///   - lengths: The lengths of the examples, `SequenceLengths(of: self)`.
  ///   - first: The batch that a pass begins with.
  public func batched(
    _ batching: Batching, lengths: SequenceLengths, first: Batching.FirstBatch = .inOrder
  ) -> SequenceBatches {
    var result = self
    result.batches = BatchOrder(
      exampleCount: exampleCount, batchSize: batchSize, order: order, batching: batching, lengths: lengths,
      firstBatch: first)
    return result
  }

  /// Returns the same data without the last batch of a pass if it is not full.
  ///
  /// With a shuffled order, other examples are left out in every pass. Batches of buckets or of a budget of cells, each
  /// with a last batch of its bucket, are a programming error.
  public func droppingLastBatch() -> SequenceBatches {
    var result = self
    result.batches = batches.droppingLast()
    return result
  }

  /// Returns one shard's slices of the same batches; all shards have the same number of batches.
  public func sharded(_ shard: Shard) -> SequenceBatches {
    var result = self
    result.shard = shard
    return result
  }

  /// Returns the same data with another memory layout of the tensors.
  public func stored(_ storageOrder: Tensor.StorageOrder) -> SequenceBatches {
    changed { $0.storageOrder = storageOrder }
  }

  /// The cost of all batches made so far, in all threads.
  public var cost: PipelineReport.Cost { assemblers.cost }

  /// Identifies this data and these options; see `IteratorState`.
  ///
  /// Threads, storage order and shards do not change batches and are not included, except, within a pass, the number of
  /// shards that begin with their largest slices.
  ///
  /// - Parameter batch: The position in the pass.
  func signatures(at batch: Int = 0) -> (data: Signature, options: Signature) {
    var options = Signature()
    options.add("the batch size", "\(batchSize)")
    options.add("the order", "\(order)")
    options.add("the batching", "\(batching)")
    options.add("the first batch", "\(batches.firstBatch)")
    if let lengths = batches.lengthsFingerprint { options.add("the lengths of the sequences", lengths) }
    if batches.dropsLast { options.add("the last batch", "dropped") }
    // Each shard begins with a batch of its own, so that the rest of the pass belongs to this number of shards.
    if batches.firstBatch == .largest, shard.count > 1, batch > 0, batch < batchCount {
      options.add("the number of shards that begin with their largest batch", "\(shard.count)")
    }
    options.add("the error policy", "\(policy)")
    options.add(assemblers.contractSignature)
    return (assemblers.dataSignature, options)
  }
}

/// The currently unused assemblers, and values that are computed once for all of them.
private final class AssemblerPool: Sendable {
  private let recipe: BatchRecipe
  private let idle = Mutex<[BatchAssembler]>([])
  private let signature = Mutex<Signature?>(nil)
  let faulty: FaultyExamples
  let contractSignature: Signature
  private let total = Mutex(PipelineReport.Cost())

  init(_ recipe: BatchRecipe) {
    self.recipe = recipe
    // Computed once: checkpoints request the state of an iterator before every batch.
    contractSignature = recipe.contract.signature
    faulty = FaultyExamples(recipe)
  }

  var cost: PipelineReport.Cost { total.withLock { $0 } }

  func assemble(_ indices: [Int]) throws -> DataSet {
    let assembler = try idle.withLock { $0.popLast() } ?? BatchAssembler(recipe)
    // An assembler whose read failed is dropped together with its cursors, so that nothing half-read is
    // reused.
    let batch = try assembler.assemble(indices)
    let cost = assembler.takeCost()
    total.withLock { $0 += cost }
    idle.withLock { $0.append(assembler) }
    return batch
  }

  /// Identifies the data; computed once, because there are many keys.
  var dataSignature: Signature {
    signature.withLock { known in
      if let known { return known }
      var data = recipe.features.signature
      if case .reader(let labels, _) = recipe.labelSource {
        data.add(labels.signature, suffix: " of the labels")
      }
      known = data
      return data
    }
  }
}

extension String {
  /// The key of an example without the row that its window begins at.
  package var withoutWindow: String {
    guard let at = lastIndex(of: "@"), !self[index(after: at)...].isEmpty,
      self[index(after: at)...].allSatisfy({ $0.isASCII && $0.isNumber })
    else { return self }
    return String(self[..<at])
  }
}
