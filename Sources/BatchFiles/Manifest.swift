import DataSets
import Sequences
import TensorFiles

/// The contents of the `manifest.json` of a directory of saved batches.
public struct Manifest: Codable, Sendable, Hashable {
  /// One saved batch.
  public struct Batch: Codable, Sendable, Hashable {
    /// The file's name inside the directory.
    public var file: String
    /// The number of examples, N.
    public var examples: Int
    /// The number of time steps, T.
    public var steps: Int
    /// The rows of examples used to fit something that was applied to the batch, increasing; `nil`: none.
    public var fittedRows: [Int]?
  }

  /// All properties except the lists, which are written incrementally.
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
  /// The alignment: where the shorter of features and labels is placed.
  public var alignment: Alignment
  /// The encodings of feature columns that contained text; `nil`: all were numbers.
  public var encodings: [String: ColumnEncoding]?
  /// The category names of the labels; `nil`: labels were numbers.
  public var labelVocabulary: Vocabulary?
  /// The transforms applied to the features' sequences; `nil`: none.
  public var transforms: TransformPipeline?
  /// The columns before the transforms; `nil` without transforms.
  public var source: DataContract.Source?
  /// The batches, in order.
  public var batches: [Batch]
  /// The sources of the examples, in the order of the batches; empty if the batches had none.
  public var sources: [Source]

  /// The name of the file.
  static let fileName = "manifest.json"
  /// The version that this program writes and reads.
  static let currentVersion = 1

  /// The properties of the batches that a model may rely on.
  public var contract: DataContract {
    var contract = DataContract(
      columns: columns, labels: labels, alignment: alignment, transforms: transforms, source: source)
    (contract.encodings, contract.labelVocabulary) = (encodings, labelVocabulary)
    return contract
  }
}
