import DataSets
import Files
import FoundationEssentials
import Records
import TensorFiles
import Tensors
import Workers

/// Batches that `SavedDataSetWriter` (the command `convert`) wrote; any of them can be read at once.
public struct SavedDataSets: DataSetCollection {
  /// What stands in the directory's manifest.
  public let manifest: Manifest
  /// The order of the batches in a pass; their examples stay together.
  public let order: Order
  private let path: String
  /// The number of the first example of each batch.
  private let firstExamples: [Int]
  private let featuresNormalizer: AffineNormalizer?
  private let labelsNormalizer: AffineNormalizer?

  /// Opens a directory of saved batches.
  ///
  /// - Throws: `FileError` or `TensorFileError` when the manifest is missing, damaged or newer.
  public init(_ path: String, order: Order = .sequential) throws {
    let file = "\(path)/\(Manifest.fileName)"
    let bytes = try MappedFile(file)
    func refuse(_ problem: String) -> TensorFileError { TensorFileError(path: file, problem: problem) }
    struct Version: Codable { var version: Int }
    let manifest: Manifest
    do {
      let data = Data(bytes.bytes)
      let version = try JSONDecoder().decode(Version.self, from: data).version
      guard version == Manifest.currentVersion else {
        throw refuse(
          "is of version \(version), this program knows version \(Manifest.currentVersion); "
            + "convert the data again, or use the program that wrote it")
      }
      manifest = try JSONDecoder().decode(Manifest.self, from: data)
    } catch let error as TensorFileError {
      throw error
    } catch {
      throw refuse("is no manifest of saved batches (\(error)); convert the data again")
    }
    var firstExamples: [Int] = []
    var count = 0
    for batch in manifest.batches {
      guard batch.examples > 0, batch.steps > 0, !batch.file.contains("/") else {
        throw refuse("lists an impossible batch \"\(batch.file)\"; convert the data again")
      }
      firstExamples.append(count)
      count += batch.examples
    }
    guard manifest.sources.isEmpty || manifest.sources.count == count else {
      throw refuse("lists \(manifest.sources.count) sources for \(count) examples; convert the data again")
    }
    self.init(
      manifest: manifest, path: path, order: order, firstExamples: firstExamples, features: nil, labels: nil)
  }

  private init(
    manifest: Manifest, path: String, order: Order, firstExamples: [Int], features: AffineNormalizer?,
    labels: AffineNormalizer?
  ) {
    self.manifest = manifest
    self.path = path
    self.order = order
    self.firstExamples = firstExamples
    featuresNormalizer = features
    labelsNormalizer = labels
  }

  /// The number of batches a pass.
  public var stepCount: Int { manifest.batches.count }

  /// The number of examples.
  public var exampleCount: Int { manifest.batches.reduce(0) { $0 + $1.examples } }

  /// What a model may rely on about the batches.
  public var contract: DataContract {
    var contract = manifest.contract
    contract.featuresNormalizer = featuresNormalizer
    contract.labelsNormalizer = labelsNormalizer
    return contract
  }

  /// The same batches normalized.
  public func normalized(features: AffineNormalizer?, labels: AffineNormalizer? = nil) -> SavedDataSets {
    SavedDataSets(
      manifest: manifest, path: path, order: order, firstExamples: firstExamples, features: features,
      labels: labels)
  }

  /// Batch `step` of pass `epoch`.
  ///
  /// - Throws: `FileError` or `TensorFileError` when its file is missing, damaged, or not what the manifest says.
  public func batch(epoch: Int, step: Int) throws -> DataSet {
    var index = step
    if case .shuffled(let seed) = order {
      index = KeyedPermutation(count: stepCount, seed: seed, epoch: epoch)[step]
    }
    return try load(index).normalized(features: featuresNormalizer, labels: labelsNormalizer)
  }

  private func load(_ index: Int) throws -> DataSet {
    let entry = manifest.batches[index]
    let (n, t) = (entry.examples, entry.steps)
    let file = try manifest.format.open("\(path)/\(entry.file)")
    func tensor(_ name: String, columns: Int) throws -> Tensor {
      let shape = manifest.layout == .nct ? [n, columns, t] : [n, t, columns]
      return manifest.layout.restored(try floats(file, name, shape))
    }
    func mask(_ name: String) throws -> Mask {
      let values = try floats(file, name, [n, t]).elements
      guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw TensorFileError(
          path: file.path, problem: "\(name) holds values other than 0 and 1; convert again")
      }
      return Mask(rows: n, steps: t) { values[$0 * t + $1] == 1 }
    }
    let hasLabels = manifest.labels.encoding != .none
    return DataSet(
      features: try tensor("features", columns: manifest.columns.count),
      labels: hasLabels ? try tensor("labels", columns: manifest.labels.names.count) : nil,
      featuresMask: try mask("featuresMask"), labelsMask: hasLabels ? try mask("labelsMask") : nil,
      metadata: metadata(index))
  }

  private func floats(_ file: any TensorFile, _ name: String, _ shape: [Int]) throws -> Tensor {
    let tensor = try file.floats(name)
    guard tensor.shape == shape else {
      throw TensorFileError(
        path: file.path,
        problem: "\(name) has the shape \(tensor.shape), the manifest says \(shape); convert the data again")
    }
    return tensor
  }

  private func metadata(_ index: Int) -> [ExampleMetadata] {
    if manifest.sources.isEmpty { return [] }
    return (0..<manifest.batches[index].examples).map { row in
      let example = firstExamples[index] + row
      let source = manifest.sources[example]
      return ExampleMetadata(
        index: example, features: RecordSource(path: source.features, key: String(example)),
        featureLines: 1...1,
        labels: source.labels.map { RecordSource(path: $0, key: String(example)) },
        labelLines: source.labels == nil ? nil : 1...1)
    }
  }
}

/// Batches that `convert` wrote, one after the other.
public struct SavedDataSetIterator: CountedDataSetIterator {
  private var walk: DataSetWalk<SavedDataSets>

  /// Makes an iterator over `dataSets`.
  public init(_ dataSets: SavedDataSets, workers: WorkerPool = .shared, prefetchCount: Int? = nil) {
    walk = DataSetWalk(dataSets, workers: workers, prefetchCount: prefetchCount)
  }

  /// Opens the directory at `path`.
  public init(_ path: String, order: Order = .sequential) throws {
    self.init(try SavedDataSets(path, order: order))
  }

  /// What the iterator walks through.
  public var dataSets: SavedDataSets { walk.collection }

  /// The number of batches of a pass.
  public var batchCount: Int { dataSets.stepCount }

  /// The next batch, or `nil` at the end of the pass, and ever after until `begin`.
  public mutating func next() throws -> DataSet? { try walk.next() }

  /// Begins pass `epoch`.
  public mutating func begin(epoch: Int) { walk.begin(epoch: epoch) }
}
