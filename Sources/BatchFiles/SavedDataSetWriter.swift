import DataSets
import Platform
import Sequences
import TensorFiles
import Tensors

/// Writes batches into a directory: `batch-000000.safetensors`, ..., and `manifest.json`.
///
/// Every file holds `features`, and with labels `labels`, in the layout asked for, `featuresMask` and
/// `labelsMask` F32 `[N, T]`, and `lengths` I64 `[N]` (of the features); `seriesStarts` F32 `[N, T]` where series
/// start elsewhere than at every row's step 0; `observedMask` F32, in the layout of `features`, where values were filled
/// in. The directory appears complete or not at all.
/// ```swift
/// let writer = try SavedDataSetWriter("out", format: .npz, layout: .nct, contract: dataSets.contract)
/// while let batch = try batches.next() { try writer.append(batch) }
/// try writer.commit()
/// ```
public final class SavedDataSetWriter {
  private let directory: OutputDirectory
  private let format: TensorFileFormat
  private let layout: TensorLayout
  private let contract: DataContract
  private var batches: [Manifest.Batch] = []
  /// The manifest's sources, on disk already: memory must not grow with the number of files.
  private let sources: FileWriter
  private var sourceCount = 0

  /// Begins a directory.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - format: The files' format.
  ///   - layout: The order of the tensors' axes.
  ///   - contract: What a model trained on the batches has to know.
  ///   - existing: What becomes of a directory that exists and holds something.
  /// - Throws: `FileError` when it may not be written.
  public init(
    _ path: String, format: TensorFileFormat, layout: TensorLayout, contract: DataContract,
    existing: OutputDirectory.Existing = .refuse
  ) throws {
    directory = try OutputDirectory(path, existing: existing)
    self.format = format
    self.layout = layout
    self.contract = contract
    sources = try FileWriter("\(directory.temporary)/\(Manifest.fileName)", sync: .wholeDirectory)
    let head = Manifest.Head(contract, format: format, layout: layout)
    // The head without its closing brace; the lists follow.
    try sources.write(String(try jsonText(head).dropLast()) + ",\n\"sources\":[")
  }

  /// Writes the next batch.
  ///
  /// - Throws: `FileError`, a full disk among its causes.
  public func append(_ batch: DataSet) throws {
    let (n, t) = (batch.exampleCount, batch.stepCount)
    precondition((batch.labels == nil) == (contract.labels.encoding == .none), "labels against the contract")
    precondition(
      batch.features.shape[1] == contract.columns.count
        && batch.labels.map { $0.shape[1] == contract.labels.names.count } ?? true,
      "columns against the contract")
    precondition(n > 0 && t > 0, "a batch of nothing")
    precondition(
      (batches.isEmpty || (sourceCount == 0) == batch.metadata.isEmpty),
      "metadata for every batch, or for none")
    let number = String(batches.count)
    let digits = String(repeating: "0", count: max(0, 6 - number.count)) + number
    let name = "batch-\(digits).\(format.fileExtension)"
    try named {
      try format.write(
        batch.tensors(layout: layout), to: "\(directory.temporary)/\(name)", sync: .wholeDirectory)
    }
    let fitted = batch.fittedRows.isEmpty ? nil : batch.fittedRows
    batches.append(Manifest.Batch(file: name, examples: n, steps: t, fittedRows: fitted))
    let lines = batch.metadata.map { Manifest.Source($0).json }.joined(separator: ",\n")
    if lines.isEmpty { return }
    try named { try sources.write((sourceCount == 0 ? "\n" : ",\n") + lines) }
    sourceCount += batch.exampleCount
  }

  /// Writes the manifest and gives the directory its name.
  public func commit() throws {
    let list = try batches.map { try jsonText($0) }.joined(separator: ",\n")
    try named {
      try sources.write("\n],\n\"batches\":[\n\(list)\n]}\n")
      try sources.commit()
    }
    try directory.commit()
  }

  /// Errors name the file as it would have been called, not its temporary name.
  private func named(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as FileError where error.path.hasPrefix(directory.temporary) {
      throw FileError(
        path: directory.path + error.path.dropFirst(directory.temporary.count), problem: error.problem)
    }
  }
}
