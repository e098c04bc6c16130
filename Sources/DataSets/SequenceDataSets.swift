import Records
import Synchronization
import Tensors

/// A pass over batches, any of which can be made at once.
///
/// Order, padding, alignment, labels and masks come together here.
///
/// ```swift
/// let dataSets = try SequenceDataSets(
///   features: features, labels: .reader(labels, .oneHot(classes: 4)), batchSize: 32, alignment: .end)
/// let batch = try dataSets.batch(epoch: 3, step: 120)   // that batch, without the ones before it
/// ```
/// The value may be shared by threads.
public struct SequenceDataSets: DataSetCollection {
  /// The number of examples a batch; the last batch of a pass may be smaller.
  public let batchSize: Int
  /// The order in which a pass visits the examples.
  public let order: Order
  let plan: SequencePlan
  private let assemblers: AssemblerPool

  /// Makes the batches of sequences.
  ///
  /// - Parameters:
  ///   - features: The sequences.
  ///   - labels: Where labels come from: nowhere, a reader of their own, or columns of `features`.
  ///   - storageOrder: How the tensors lie in memory; it changes no result.
  /// - Throws: `RecordError` when files have no partner, or columns do not suit the labels.
  public init(
    features: any SequenceRecordReader, labels: LabelSource = .none, batchSize: Int = 32,
    alignment: Alignment = .equal, order: Order = .sequential, storageOrder: StorageOrder = .timeMajor
  ) throws {
    let plan = try SequencePlan(
      features: features, labels: labels, alignment: alignment, storageOrder: storageOrder)
    self.init(plan: plan, batchSize: batchSize, order: order)
  }

  private init(plan: SequencePlan, batchSize: Int, order: Order) {
    precondition(batchSize > 0, "a batch size of \(batchSize)")
    self.plan = plan
    self.batchSize = batchSize
    self.order = order
    assemblers = AssemblerPool(plan)
  }

  /// The number of examples.
  public var exampleCount: Int { plan.features.count }

  /// The number of batches a pass.
  public var stepCount: Int { exampleCount / batchSize + (exampleCount.isMultiple(of: batchSize) ? 0 : 1) }

  /// What a model may rely on about this data.
  public var contract: DataContract { plan.contract }

  /// Where example `index` comes from: its features, and its labels where they have a reader of their own.
  public func sources(of index: Int) -> (features: RecordSource, labels: RecordSource?) {
    guard case .reader(let reader, _) = plan.labelSource else {
      return (plan.features.source(of: index), nil)
    }
    return (plan.features.source(of: index), reader.source(of: plan.pairing[index]))
  }

  /// Batch `step` of pass `epoch`.
  ///
  /// - Throws: What reading throws: `RecordError` or `FileError` with the place.
  public func batch(epoch: Int, step: Int) throws -> DataSet {
    precondition(step >= 0 && step < stepCount, "step \(step) of a pass of \(stepCount)")
    let first = step * batchSize
    let count = min(batchSize, exampleCount - first)
    return try assemblers.assemble(order.indices(first..<first + count, of: exampleCount, epoch: epoch))
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
  public func normalized(features: AffineNormalizer?, labels: AffineNormalizer? = nil) -> SequenceDataSets {
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
    return SequenceDataSets(plan: plan, batchSize: batchSize, order: order)
  }

  /// The same data in another order.
  public func ordered(_ order: Order) -> SequenceDataSets {
    SequenceDataSets(plan: plan, batchSize: batchSize, order: order)
  }

  /// The same data with tensors that lie in memory in another order.
  public func stored(_ storageOrder: StorageOrder) -> SequenceDataSets {
    var plan = plan
    plan.storageOrder = storageOrder
    return SequenceDataSets(plan: plan, batchSize: batchSize, order: order)
  }

  /// What tells this data, and these options, from others; see `IteratorState`.
  var fingerprints: (data: UInt64, options: UInt64) {
    assemblers.fingerprints { plan in
      var data = Fingerprint()
      for reader in [plan.features, plan.labelReader].compactMap({ $0 }) {
        data.combine(reader.count)
        for column in reader.columns { data.combine(column) }
        for index in 0..<reader.count { data.combine(reader.source(of: index).key) }
      }
      var options = Fingerprint()
      options.combine(batchSize)
      options.combine("\(order)")
      options.combine("\(plan.contract)")
      return (data.value, options.value)
    }
  }
}

/// Assemblers that no thread uses right now, and what is worked out once for all of them.
private final class AssemblerPool: Sendable {
  private let plan: SequencePlan
  private let idle = Mutex<[BatchAssembler]>([])
  private let cached = Mutex<(data: UInt64, options: UInt64)?>(nil)

  init(_ plan: SequencePlan) { self.plan = plan }

  func assemble(_ indices: [Int]) throws -> DataSet {
    var assembler = try idle.withLock { $0.popLast() } ?? BatchAssembler(plan)
    // An assembler whose read failed is dropped with its cursors: nothing half-read is used again.
    let batch = try assembler.assemble(indices)
    let done = assembler
    idle.withLock { $0.append(done) }
    return batch
  }

  func fingerprints(_ make: (SequencePlan) -> (data: UInt64, options: UInt64)) -> (
    data: UInt64, options: UInt64
  ) {
    cached.withLock { cached in
      let value = cached ?? make(plan)
      cached = value
      return value
    }
  }
}
