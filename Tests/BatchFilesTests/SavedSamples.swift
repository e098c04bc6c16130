import BatchFiles
import DataSets
import Glibc
import Platform
import Sequences
import TensorFiles
import Tensors
import Testing

/// A directory for one test, removed when dropped.
final class Scratch {
  private let directory: OutputDirectory

  /// Never committed, so it is removed with its contents.
  init() throws { directory = try OutputDirectory("/tmp/timestep-batch-files", replacing: true) }

  func path(_ name: String = "out") -> String { "\(directory.temporary)/\(name)" }

  /// The names in the directory called `name`.
  func names(in name: String = ".") throws -> [String] { try Directory.names(in: path(name)) }

  /// The text of a file.
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func bytes(_ name: String) throws -> [UInt8] {
    let buffer = FileBuffer()
    try buffer.read(path(name))
    return Array(buffer.bytes)
  }

  /// Writes a file without syncing it: some tests write hundreds.
  func write(_ bytes: some Collection<UInt8>, _ name: String) throws {
    let descriptor = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, Array(bytes), bytes.count) == bytes.count)
  }
}

/// Ragged sequences in memory, with labels at other steps, in a different order.
func sampleDataSets(_ encoding: LabelEncoding?, order: StorageOrder = .timeMajor) throws -> SequenceBatches {
  var records = [3, 1, 4, 1, 5].enumerated().map { example, length in
    SequenceRecord(values: (0..<length * 2).map { Float(100 * example + $0) / 7 }, columnCount: 2)
  }
  // Not at the beginning of the file, as after skipped lines.
  for index in records.indices { records[index].lines = 3...2 + records[index].stepCount }
  let features = try CollectionSequenceRecordReader(
    records, columns: ["load", "speed"], name: "x \"quoted\" ü/\n")
  guard let encoding else {
    return try SequenceBatches(
      features: features, batchSize: 2, alignment: .end, order: .shuffled(seed: 2), storageOrder: order)
  }
  let labels = try CollectionSequenceRecordReader([[[1]], [[0]], [[2], [1]], [[1]], [[0]]], name: "y")
  return try SequenceBatches(
    features: features, labels: .reader(labels, encoding), batchSize: 2, alignment: .end,
    order: .shuffled(seed: 2), storageOrder: order)
}

func batches(_ dataSets: some RandomAccessBatches, epoch: Int = 0) throws -> [DataSet] {
  try (0..<dataSets.batchCount).map { try dataSets.batch(epoch: epoch, index: $0) }
}

/// Writes batches into a new directory.
func save(
  _ batches: [DataSet], to path: String, format: TensorFileFormat = .safetensors, layout: TensorLayout = .nct,
  contract: DataContract, replacing: Bool = false
) throws {
  let writer = try SavedDataSetWriter(
    path, format: format, layout: layout, contract: contract, replacing: replacing)
  for batch in batches { try writer.append(batch) }
  try writer.commit()
}

/// Expects `work` to fail with a message about `path` that contains `fragment`.
func expectRefusal(
  _ path: String, _ fragment: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ work: () throws -> Void
) {
  do {
    try work()
    Issue.record("accepted, but expected: \(fragment)", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)".hasPrefix("\(path): "), "\(error)", sourceLocation: sourceLocation)
    #expect("\(error)".contains(fragment), "\(error)", sourceLocation: sourceLocation)
  }
}
