import DataSets
import Sequences
import TensorFiles

/// What stands in the `manifest.json` of a directory of saved batches.
public struct Manifest: Codable, Sendable, Hashable {
  /// One saved batch.
  public struct Batch: Codable, Sendable, Hashable {
    /// The file's name inside the directory.
    public var file: String
    /// The number of examples, N.
    public var examples: Int
    /// The number of time steps, T.
    public var steps: Int
    /// The rows of examples that something done to the batch was fitted on, rising; `nil`: none.
    public var fittedRows: [Int]?
  }

  /// All but the lists, which are written as they come.
  struct Head: Codable {
    var version: Int
    var format: TensorFileFormat
    var layout: TensorLayout
    var columns: [String]
    var labels: DataContract.Labels
    var alignment: Alignment
    var encodings: [String: ColumnEncoding]?
    var labelVocabulary: Vocabulary?
    var transforms: TransformPipeline?
    var source: DataContract.Source?

    init(_ contract: DataContract, format: TensorFileFormat, layout: TensorLayout) {
      version = Manifest.currentVersion
      (self.format, self.layout) = (format, layout)
      (columns, labels, alignment) = (contract.columns, contract.labels, contract.alignment)
      (encodings, labelVocabulary) = (contract.encodings, contract.labelVocabulary)
      (transforms, source) = (contract.transforms, contract.source)
    }
  }

  /// The version of this format.
  public var version: Int
  /// The format of the batches' files.
  public var format: TensorFileFormat
  /// The order of the tensors' axes.
  public var layout: TensorLayout
  /// The feature columns' names.
  public var columns: [String]
  /// The labels' encoding and names.
  public var labels: DataContract.Labels
  /// Where the shorter of features and labels lies.
  public var alignment: Alignment
  /// How texts of feature columns became numbers; `nil`: all were numbers.
  public var encodings: [String: ColumnEncoding]?
  /// The texts of labels that are categories; `nil`: labels were numbers.
  public var labelVocabulary: Vocabulary?
  /// What was done to the features' sequences; `nil`: nothing.
  public var transforms: TransformPipeline?
  /// The columns before that; `nil` without transforms.
  public var source: DataContract.Source?
  /// The batches, in order.
  public var batches: [Batch]
  /// The examples, in the order of the batches; empty when the batches knew nothing of it.
  public var sources: [Source]

  /// The name of the file.
  static let fileName = "manifest.json"
  /// The version that this program writes and reads.
  static let currentVersion = 1

  /// What a model may rely on about the batches.
  public var contract: DataContract {
    var contract = DataContract(
      columns: columns, labels: labels, alignment: alignment, transforms: transforms, source: source)
    (contract.encodings, contract.labelVocabulary) = (encodings, labelVocabulary)
    return contract
  }
}
