import Sequences
import Synchronization
import Tensors

/// A pass over batches, any of which can be made at once.
///
/// Order, padding, alignment, labels and masks come together here.
///
/// ```swift
/// let dataSets = try SequenceBatches(
///   features: features, labels: .reader(labels, .oneHot(classes: 4)), batchSize: 32, alignment: .end)
/// let batch = try dataSets.batch(epoch: 3, index: 120)   // that batch, without the ones before it
/// ```
/// The value may be shared by threads.
public struct SequenceBatches: RandomAccessBatches {
  let plan: BatchRecipe
  /// What is done about faults in the data.
  public var policy: ErrorPolicy { plan.policy }
  /// This reader's part of every batch.
  public private(set) var shard = Shard.whole
  private var batches: BatchOrder
  private let assemblers: AssemblerPool

  /// Makes the batches of sequences.
  ///
  /// - Parameters:
  ///   - features: The sequences.
  ///   - labels: Where labels come from: nowhere, a reader of their own, or columns of `features`.
  ///   - batchSize: The number of examples of a batch; the last one of a pass may have fewer.
  ///   - alignment: Where the shorter of an example's features and labels lies.
  ///   - order: The order of the examples of a pass.
  ///   - storageOrder: How the tensors lie in memory; it changes no result.
  ///   - policy: What is done about faults that concern a whole sequence; the readers have policies of their own about
  ///     what is inside a file. See `LedgerEntry`.
  /// - Throws: `RecordError` when files have no partner, or columns do not suit the labels.
  public init(
    features: any SequenceRecordReader, labels: LabelSource = .none, batchSize: Int = 32,
    alignment: Alignment = .equal, order: ExampleOrder = .sequential, storageOrder: StorageOrder = .timeMajor,
    policy: ErrorPolicy = .raise
  ) throws {
    let plan = try BatchRecipe(
      features: features, labels: labels, alignment: alignment, storageOrder: storageOrder, policy: policy)
    self.init(
      plan: plan, batches: BatchOrder(exampleCount: plan.features.count, batchSize: batchSize, order: order))
  }

  private init(plan: BatchRecipe, batches: BatchOrder, shard: Shard = .whole) {
    self.plan = plan
    self.batches = batches
    self.shard = shard
    assemblers = AssemblerPool(plan)
  }

  /// The number of examples a batch; batches may be smaller at the end of a pass, or of a bucket.
  public var batchSize: Int { batches.batchSize }

  /// The order in which a pass visits the examples.
  public var order: ExampleOrder { batches.order }

  /// Which examples share a batch.
  public var batching: Batching { batches.batching }

  /// The number of examples.
  public var exampleCount: Int { plan.features.count }

  /// The number of batches a pass.
  public var batchCount: Int { batches.batchCount }

  /// What a model may rely on about this data.
  public var contract: DataContract { plan.contract }

  /// Where example `index` comes from: its features, and its labels where they have a reader of their own.
  public func sources(of index: Int) -> (features: RecordSource, labels: RecordSource?) {
    guard case .reader(let reader, _) = plan.labelSource else {
      return (plan.features.source(of: index), nil)
    }
    return (plan.features.source(of: index), reader.source(of: plan.pairing[index]))
  }

  /// Batch `index` of pass `epoch`, or this shard's slice of it.
  ///
  /// Sequences that the policy leaves out are missing in it, and in its ledger; it may be left with none (N = 0), as a
  /// shard's slice may. `SequenceDataSetIterator` passes over what was left empty.
  ///
  /// - Throws: What reading throws: `RecordError` or `FileError` with the place.
  public func batch(epoch: Int, index: Int) throws -> DataSet {
    var batch = try assemblers.assemble(examples(epoch: epoch, index: index))
    if index == 0, !plan.unpaired.isEmpty, shard.index == 0 {
      // What was left out when features and labels were paired is told once a pass.
      batch.ledger = Ledger(entries: plan.unpaired, sequenceCount: plan.unpaired.count) + batch.ledger
    }
    return batch
  }

  /// The examples of batch `index` of pass `epoch`, or of this shard's slice of it, without reading them.
  public func examples(epoch: Int, index: Int) -> [Int] {
    let all = batches.examples(epoch: epoch, index: index)
    return Array(all[shard.slice(of: all.count)])
  }

  /// The batch of the given examples, read again; equal to the batch that the metadata came from.
  ///
  /// - Throws: `RecordError` when the metadata belongs to other data.
  public func batch(of metadata: [ExampleMetadata]) throws -> DataSet {
    func refuse(_ path: String, _ what: String, _ example: ExampleMetadata) -> RecordError {
      RecordError(
        .mismatch, path: path,
        "is not \(what) \(example.index) of this data set; metadata loads only from the data it came from")
    }
    for example in metadata {
      guard example.index >= 0, example.index < exampleCount,
        plan.features.source(of: example.index) == example.features
      else { throw refuse(example.features.path, "example", example) }
      guard sources(of: example.index).labels == example.labels else {
        throw refuse(example.labels?.path ?? example.features.path, "the labels of example", example)
      }
    }
    return try assemblers.assemble(metadata.map(\.index))
  }

  /// The same data with features, and regression labels where a normalizer is given, normalized.
  public func normalized(features: AffineNormalizer?, labels: AffineNormalizer? = nil) -> SequenceBatches {
    var plan = plan
    precondition(
      plan.featuresNormalizer == nil && plan.labelsNormalizer == nil, "the data is normalized already")
    if let features {
      precondition(features.shift.count == plan.featureColumns.count, "a normalizer of other feature columns")
    }
    if let labels {
      precondition(
        plan.labelSource.encoding == .values && labels.shift.count == plan.labelColumns.count,
        "a labels' normalizer is for regression labels, column by column")
    }
    plan.featuresNormalizer = features
    plan.labelsNormalizer = labels
    return SequenceBatches(plan: plan, batches: batches, shard: shard)
  }

  /// The same data in another order.
  public func ordered(_ order: ExampleOrder) -> SequenceBatches {
    var result = self
    result.batches = batches.with(order: order)
    return result
  }

  /// The same data in batches that are put together otherwise.
  ///
  /// - Parameters:
  ///   - batching: How examples are put together.
  ///   - lengths: The examples' lengths, `SequenceLengths(of: self)`.
  ///   - first: Which batch a pass begins with.
  public func batched(
    _ batching: Batching, lengths: SequenceLengths, first: FirstBatch = .inOrder
  ) -> SequenceBatches {
    var result = self
    result.batches = BatchOrder(
      exampleCount: exampleCount, batchSize: batchSize, order: order, batching: batching, lengths: lengths,
      firstBatch: first)
    return result
  }

  /// One shard's slices of the same batches; all shards have the same number of steps.
  public func sharded(_ shard: Shard) -> SequenceBatches {
    var result = self
    result.shard = shard
    return result
  }

  /// The same data with tensors that lie in memory in another order.
  public func stored(_ storageOrder: StorageOrder) -> SequenceBatches {
    var plan = plan
    plan.storageOrder = storageOrder
    return SequenceBatches(plan: plan, batches: batches, shard: shard)
  }

  /// Where the time of making batches went so far, in all threads.
  public var cost: BatchCost { assemblers.cost }

  /// What tells this data, and these options, from others; see `IteratorState`.
  ///
  /// Threads, storage order and shards change no batch, and are not in it.
  var signatures: (data: Signature, options: Signature) {
    var options = Signature()
    options.add("the batch size", "\(batchSize)")
    options.add("the order", "\(order)")
    options.add("the batching", "\(batching)")
    options.add("the first batch", "\(batches.firstBatch)")
    if let lengths = batches.lengthsFingerprint { options.add("the lengths of the sequences", lengths) }
    options.add("the error policy", "\(policy)")
    options.add(assemblers.contractSignature)
    return (assemblers.dataSignature, options)
  }
}

/// Assemblers that no thread uses right now, and what is worked out once for all of them.
private final class AssemblerPool: Sendable {
  private let plan: BatchRecipe
  private let idle = Mutex<[BatchAssembler]>([])
  private let signature = Mutex<Signature?>(nil)
  let contractSignature: Signature
  private let total = Mutex(BatchCost())

  init(_ plan: BatchRecipe) {
    self.plan = plan
    // Worked out once: checkpoints ask for an iterator's state before every batch.
    contractSignature = plan.contract.signature
  }

  var cost: BatchCost { total.withLock { $0 } }

  func assemble(_ indices: [Int]) throws -> DataSet {
    let assembler = try idle.withLock { $0.popLast() } ?? BatchAssembler(plan)
    // An assembler whose read failed is dropped with its cursors: nothing half-read is used again.
    let batch = try assembler.assemble(indices)
    let cost = assembler.takeCost()
    total.withLock { $0 += cost }
    idle.withLock { $0.append(assembler) }
    return batch
  }

  /// What tells the data from other data; keys are many, so it is worked out once.
  var dataSignature: Signature {
    signature.withLock { known in
      if let known { return known }
      var data = plan.features.signature
      if case .reader(let labels, _) = plan.labelSource {
        data.add(labels.signature, suffix: " of the labels")
      }
      known = data
      return data
    }
  }
}
