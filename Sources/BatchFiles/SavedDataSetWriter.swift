import DataSets
import Platform
import Sequences
import TensorFiles
import Tensors

/// Writes batches into a directory: `batch-000000.safetensors`, ..., and `manifest.json`.
///
/// Every file holds `features`, and with labels `labels`, in the requested layout (or the classes' indices, I64 `[N, T]`),
/// `featuresMask` and `labelsMask` F32 `[N, T]`, and `lengths` I64 `[N]` (of the features); `seriesStarts` F32 `[N, T]` if
/// series start anywhere other than at step 0 of every row; `observedMask` F32, in the layout of `features`,
/// if values were filled in. The metadata of a safetensors file names the classes (`classes`, a list in JSON). The directory
/// appears complete or not at all.
/// ```swift
/// let writer = try SavedDataSetWriter("out", format: .npz, layout: .nct, contract: dataSets.contract)
/// while let batch = try batches.next() { try writer.append(batch) }
/// try writer.commit()
/// ```
public final class SavedDataSetWriter {
  private let directory: OutputDirectory
  private let format: TensorFileFormat
  private let layout: TensorLayout
  private let classLabels: ClassLabels
  /// The metadata of every file.
  private let notes: [String: String]
  private let contract: DataContract
  private var batches: [Manifest.Batch] = []
  /// The manifest's sources, written to disk immediately: memory must not grow with the number of files.
  private let manifest: FileWriter
  private var checksum = Checksum()
  private var sourceCount = 0

  /// Begins a directory.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - format: The format of the batch files.
  ///   - layout: The order of the tensors' axes.
  ///   - classLabels: How class labels are written.
  ///   - contract: The properties that a model trained on the batches must know.
  ///   - replacing: True if an existing directory of saved batches is replaced; otherwise it is an error. A directory
  ///     with any other file is never replaced.
  /// - Throws: `FileError` if it may not be written; `UsageError` if the labels cannot be written as requested.
  public init(
    _ path: String, format: TensorFileFormat, layout: TensorLayout, classLabels: ClassLabels = .oneHot,
    contract: DataContract, replacing: Bool = false
  ) throws {
    try classLabels.check(contract.labels)
    try SavedFolder.checkReplaceable(path)
    directory = try OutputDirectory(path, replacing: replacing)
    self.format = format
    self.layout = layout
    (self.classLabels, self.contract) = (classLabels, contract)
    notes = try contract.labels.areClasses ? ["classes": jsonText(contract.labels.names)] : [:]
    manifest = try FileWriter("\(directory.temporary)/\(Manifest.fileName)", sync: .wholeDirectory)
    let head = Manifest.Head(contract, format: format, layout: layout, classLabels: classLabels)
    // The head without its closing brace, because the lists follow.
    try write(String(try jsonText(head).dropLast()) + ",\n\"sources\":[")
  }

  /// Writes the next batch.
  ///
  /// - Throws: `FileError`, for example if the disk is full; `InsufficientMemory` if the copies that are written do not
  ///   fit in memory.
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
    let checksum = try named {
      try format.write(
        batch.checkedTensors(layout: layout, classLabels: classLabels), to: "\(directory.temporary)/\(name)",
        metadata: notes, sync: .wholeDirectory)
    }
    let fitted = batch.fittedRows.isEmpty ? nil : batch.fittedRows
    batches.append(
      Manifest.Batch(file: name, examples: n, steps: t, fittedRows: fitted, checksum: checksum))
    let lines = batch.metadata.map { Manifest.Source($0).json }.joined(separator: ",\n")
    if lines.isEmpty { return }
    try named { try write((sourceCount == 0 ? "\n" : ",\n") + lines) }
    sourceCount += batch.exampleCount
  }

  /// Writes the manifest and renames the directory to its final name.
  public func commit() throws {
    let list = try batches.map { try jsonText($0) }.joined(separator: ",\n")
    try named {
      try write("\n],\n\"batches\":[\n\(list)\n]")
      try manifest.write(Manifest.ending(checksum))
      try manifest.commit()
    }
    // Files may have been added in the meantime.
    try SavedFolder.checkReplaceable(directory.path)
    try directory.commit()
  }

  /// Writes a part of the manifest.
  private func write(_ text: String) throws {
    checksum.combine(text)
    try manifest.write(text)
  }

  /// Calls `body`, and names the file by its final instead of its temporary name in errors.
  private func named<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FileError where error.path.hasPrefix(directory.temporary) {
      throw FileError(
        path: directory.path + error.path.dropFirst(directory.temporary.count), problem: error.problem)
    }
  }
}
