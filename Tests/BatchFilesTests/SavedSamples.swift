import BatchFiles
import DataSets
import Sequences
import TensorFiles
import Tensors
import TestSupport

/// Ragged sequences in memory, with labels at other steps, in a different order.
func sampleBatches(_ encoding: LabelSource.Encoding?, order: Tensor.StorageOrder = .timeMajor) throws
  -> SequenceBatches
{
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

func allBatches(_ batches: some RandomAccessBatches, epoch: Int = 0) throws -> [DataSet] {
  try (0..<batches.batchCount).map { try batches.batch(epoch: epoch, index: $0) }
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

/// Removes the checksums from the manifest of the directory `out`.
func removeChecksums(_ scratch: TestDirectory) throws {
  let text = try scratch.text(of: "out/manifest.json")
  scratch.write(
    text.replacing(/"checksum":"[0-9a-f]{16}",/, with: "").replacing(
      /,\n"checksum":"[0-9a-f]{16}"/, with: ""),
    to: "out/manifest.json")
}
