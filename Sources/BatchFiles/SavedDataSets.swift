import DataSets
import FoundationEssentials
import Platform
import Sequences
import TensorFiles
import Tensors

/// Batches written by `SavedDataSetWriter` (the command `convert`), with random access.
public struct SavedDataSets: RandomAccessBatches {
  /// The directory's manifest.
  package let manifest: Manifest
  /// The order of the batches in an epoch; the examples of a batch stay together.
  public let order: ExampleOrder
  private let path: String
  /// The index of the first example of each batch.
  private let firstExamples: [Int]
  /// The signature that identifies the data.
  private let signature: Signature
  private let featuresNormalizer: AffineNormalizer?
  private let labelsNormalizer: AffineNormalizer?
  /// The levels of the quantiles that label columns are repeated for; empty if they are not.
  private let quantiles: [Float]

  /// Opens a directory of saved batches.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - order: The order of the batches in an epoch.
  ///   - transforms: Custom transforms that may have been applied to the batches.
  /// - Throws: `FileError` or `TensorFileError` if the manifest is missing, damaged or of a newer version.
  public init(
    _ path: String, order: ExampleOrder = .sequential, transforms: [any SequenceTransform.Type] = []
  ) throws {
    let file = "\(path)/\(Manifest.fileName)"
    let bytes = try MappedFile(file).withBytes { Array($0) }
    func refuse(_ problem: String) -> TensorFileError { TensorFileError(path: file, problem: problem) }
    guard Manifest.isIntact(bytes) else {
      throw refuse(
        "does not have its checksum: some bytes are not those that were written; convert the data again")
    }
    let data = Data(bytes)
    struct Version: Codable { var version: Int }
    let manifest: Manifest
    do {
      let version = try JSONDecoder().decode(Version.self, from: data).version
      guard version == Manifest.currentVersion else {
        throw refuse(
          "is of version \(version), this program knows version \(Manifest.currentVersion); "
            + "convert the data again, or use the program that wrote it")
      }
      let decoder = JSONDecoder()
      decoder.userInfo[.transformTypes] = transforms
      manifest = try decoder.decode(Manifest.self, from: data)
    } catch let error as TensorFileError {
      throw error
    } catch let unknown as UnknownTransform {
      throw refuse(unknown.description)
    } catch {
      throw refuse("is not a manifest of saved batches (\(decodingProblem(error))); convert the data again")
    }
    var firstExamples: [Int] = []
    var count = 0
    for batch in manifest.batches {
      guard batch.examples > 0, batch.steps > 0, !batch.file.contains("/") else {
        throw refuse("lists an impossible batch \"\(batch.file)\"; convert the data again")
      }
      guard batch.fittedRows?.allSatisfy((0..<batch.examples).contains) ?? true else {
        throw refuse("lists fitted rows that \"\(batch.file)\" does not have; convert the data again")
      }
      firstExamples.append(count)
      let (sum, overflow) = count.addingReportingOverflow(batch.examples)
      guard !overflow else { throw refuse("lists more examples than are possible; convert the data again") }
      count = sum
    }
    guard manifest.sources.isEmpty || manifest.sources.count == count else {
      throw refuse("lists \(manifest.sources.count) sources for \(count) examples; convert the data again")
    }
    self.init(
      manifest: manifest, path: path, order: order, firstExamples: firstExamples,
      signature: Self.signature(of: manifest), features: nil, labels: nil, quantiles: [])
  }

  private init(
    manifest: Manifest, path: String, order: ExampleOrder, firstExamples: [Int], signature: Signature,
    features: AffineNormalizer?, labels: AffineNormalizer?, quantiles: [Float]
  ) {
    self.manifest = manifest
    self.path = path
    self.order = order
    self.firstExamples = firstExamples
    self.signature = signature
    featuresNormalizer = features
    labelsNormalizer = labels
    self.quantiles = quantiles
  }

  /// The number of batches per epoch.
  public var batchCount: Int { manifest.batches.count }

  /// The number of examples.
  public var exampleCount: Int { manifest.batches.reduce(0) { $0 + $1.examples } }

  /// The properties of the batches that a model may rely on.
  public var contract: DataContract {
    var contract = manifest.contract
    if !quantiles.isEmpty { contract.labels = contract.labels.repeated(for: quantiles) }
    contract.featuresNormalizer = contract.featuresNormalizer ?? featuresNormalizer
    contract.labelsNormalizer = contract.labelsNormalizer ?? labelsNormalizer
    return contract
  }

  /// Returns the same batches normalized; what was normalized before it was saved stays as it is.
  public func normalized(by features: AffineNormalizer?, labels: AffineNormalizer? = nil) -> SavedDataSets {
    SavedDataSets(
      manifest: manifest, path: path, order: order, firstExamples: firstExamples, signature: signature,
      features: manifest.featuresNormalizer == nil ? features : nil,
      labels: manifest.labelsNormalizer == nil ? labels : nil, quantiles: quantiles)
  }

  /// Returns the same batches for a network that predicts several quantiles: each label column once for each of them.
  ///
  /// The labels, numbers that are not normalized yet, become `[N, L * levels.count, T]`; see
  /// `SequenceBatches.repeatingLabels(for:)`.
  public func repeatingLabels(for levels: [Float]) -> SavedDataSets {
    precondition(
      contract.labels.encoding == .values && contract.labelsNormalizer == nil && quantiles.isEmpty,
      "labels are repeated once, for quantiles of numbers, before they are normalized")
    return SavedDataSets(
      manifest: manifest, path: path, order: order, firstExamples: firstExamples, signature: signature,
      features: featuresNormalizer, labels: nil, quantiles: levels)
  }

  private static func signature(of manifest: Manifest) -> Signature {
    var signature = Signature()
    signature.add("the number of batches", "\(manifest.batches.count)")
    var names = Fingerprint()
    names.combine(manifest.columns + manifest.labels.names)
    signature.add("the columns", names)
    var (shapes, keys) = (Fingerprint(), Fingerprint())
    for batch in manifest.batches {
      shapes.combine(batch.examples)
      shapes.combine(batch.steps)
    }
    for source in manifest.sources { keys.combine(source.key) }
    signature.add("the sizes of the batches", shapes)
    signature.add("the examples in the batches", keys)
    return signature
  }

  /// The signatures of this data and of these options; see `IteratorState`.
  var signatures: (data: Signature, options: Signature) {
    var options = Signature()
    options.add("the order", "\(order)")
    options.add(contract.signature)
    return (signature, options)
  }

  /// Returns batch `index` of epoch `epoch`.
  ///
  /// - Throws: `FileError` or `TensorFileError` if its file is missing, damaged, or does not match the
  ///   manifest.
  public func batch(epoch: Int, index: Int) throws -> DataSet {
    var file = index
    if case .shuffled(let seed) = order {
      file = KeyedPermutation(count: batchCount, seed: seed, epoch: epoch)[index]
    }
    var batch = try load(file)
    if !quantiles.isEmpty { batch.labels = batch.labels?.repeatingColumns(quantiles.count) }
    return batch.normalized(by: featuresNormalizer, labels: labelsNormalizer)
  }

  private func load(_ index: Int) throws -> DataSet {
    let entry = manifest.batches[index]
    let (n, t) = (entry.examples, entry.steps)
    let file = try manifest.format.open("\(path)/\(entry.file)")
    let remedy = "convert the data again"
    if let expected = entry.checksum, try file.checksum() != expected {
      throw TensorFileError(
        path: file.path,
        problem: "is not the file that the manifest describes: its checksum is another one; \(remedy)")
    }
    func tensor(_ name: String, columns: Int) throws -> Tensor {
      let shape = manifest.layout == .nct ? [n, columns, t] : [n, t, columns]
      return manifest.layout.restored(try file.floats(name, shape: shape, remedy: remedy))
    }
    func mask(_ name: String) throws -> Mask { try file.mask(name, n, t, remedy: remedy) }
    let hasLabels = manifest.labels.encoding != .none
    let hasStarts = file.names.contains(BatchTensor.seriesStarts)
    var observed: DataSet.ObservedMask?
    if file.names.contains(BatchTensor.observedMask) {
      observed = try file.observedMask(
        tensor(BatchTensor.observedMask, columns: manifest.columns.count), remedy: remedy)
    }
    let examples = firstExamples[index]..<firstExamples[index] + n
    let labelsMask = hasLabels ? try mask(BatchTensor.labelsMask) : nil
    var labels: Tensor?
    if let labelsMask {
      let classes = manifest.labels.names.count
      switch manifest.classLabels ?? .oneHot {
      case .oneHot: labels = try tensor(BatchTensor.labels, columns: classes)
      case .index: labels = try file.classes(classes, n, t, present: labelsMask, remedy: remedy)
      }
    }
    var batch = DataSet(
      features: try tensor(BatchTensor.features, columns: manifest.columns.count), labels: labels,
      featuresMask: try mask(BatchTensor.featuresMask), labelsMask: labelsMask,
      seriesStarts: hasStarts ? try mask(BatchTensor.seriesStarts) : nil, observedMask: observed,
      metadata: manifest.sources.isEmpty ? [] : manifest.sources[examples].map(\.metadata))
    batch.fittedRows = entry.fittedRows ?? []
    return batch
  }
}

extension SavedDataSets {
  /// Iterates over the batches that `convert` wrote.
  public struct Iterator: ResumableDataSetIterator, CountedDataSetIterator {
    private var prefetcher: PrefetchingIterator<SavedDataSets>
    /// Computed once: checkpoints ask for the state before every batch.
    private let signatures: (data: Signature, options: Signature)

    /// Makes an iterator over `dataSets`.
    public init(_ dataSets: SavedDataSets, workers: WorkerPool = .shared, prefetchCount: Int? = nil) {
      prefetcher = PrefetchingIterator(dataSets, workers: workers, prefetchCount: prefetchCount)
      signatures = dataSets.signatures
    }

    /// Makes an iterator over the directory at `path`.
    public init(_ path: String, order: ExampleOrder = .sequential) throws {
      self.init(try SavedDataSets(path, order: order))
    }

    /// The batches of the iterator.
    public var dataSets: SavedDataSets { prefetcher.collection }

    /// The number of batches per epoch.
    public var batchCount: Int { dataSets.batchCount }

    /// Returns the next batch, or `nil` at the end of the epoch, until the next call of `begin`.
    public mutating func next() throws -> DataSet? { try prefetcher.next() }

    /// Begins epoch `epoch`.
    public mutating func begin(epoch: Int) { prefetcher.begin(epoch: epoch) }
    /// The position before the next batch.
    public var state: IteratorState {
      IteratorState(
        epoch: prefetcher.epoch, batch: prefetcher.index, data: signatures.data, options: signatures.options)
    }

    /// Restores the position `state`.
    ///
    /// - Throws: `IteratorState.RestoreError` if the state belongs to other data, other options, or another version.
    public mutating func restore(_ state: IteratorState) throws {
      try state.check(against: self.state, batchCount: batchCount)
      prefetcher.begin(epoch: state.epoch, index: state.batch)
    }
  }
}

extension SavedDataSets.Iterator: IndexedDataSetIterator {
  package var batchIndex: Int { prefetcher.index }

  package mutating func begin(epoch: Int, batch: Int) { prefetcher.begin(epoch: epoch, index: batch) }
}

extension SavedDataSets {
  /// Returns an iterator that prefetches batches with the threads of the shared pool.
  public func makeIterator() -> Iterator { Iterator(self) }
}

extension Tensor {
  /// Returns `[N, C * count, T]`: each column several times, one after the other.
  fileprivate func repeatingColumns(_ count: Int) -> Tensor {
    var result = Tensor(shape: [shape[0], shape[1] * count, shape[2]], order: order)
    for row in 0..<shape[0] {
      for column in 0..<shape[1] * count {
        for step in 0..<shape[2] { result[row, column, step] = self[row, column / count, step] }
      }
    }
    return result
  }
}
