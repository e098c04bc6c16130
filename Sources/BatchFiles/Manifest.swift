import DataSets
import Sequences
import TensorFiles

/// The contents of the `manifest.json` of a directory of saved batches.
package struct Manifest: Codable, Sendable, Hashable {
  /// One saved batch.
  package struct Batch: Codable, Sendable, Hashable {
    /// The file's name inside the directory.
    package var file: String
    /// The number of examples, N.
    package var examples: Int
    /// The number of time steps, T.
    package var steps: Int
    /// The rows of examples used to fit something that was applied to the batch, increasing; `nil`: none.
    package var fittedRows: [Int]?
    /// The checksum of the file, as `TensorFile.checksum` returns it; `nil` in manifests before there were
    /// any.
    package var checksum: String?
  }

  /// All properties except the lists, which are written incrementally.
  struct Head: Codable {
    var version: Int
    var format: TensorFileFormat
    var layout: TensorLayout
    var classLabels: ClassLabels?
    var columns: [String]
    var labels: DataContract.Labels
    var alignment: Alignment
    var encodings: [String: ColumnEncoding]?
    var labelVocabulary: Vocabulary?
    var staticColumns: [String]?
    var transforms: TransformPipeline?
    var source: DataContract.Source?
    var partKey: Partition.Key?
    var isSortedByTime: Bool?
    var longestGap: Int?
    var window: WindowShape?
    var seriesRow: SeriesRow?
    var notation: TextNotation?
    var fileSettings: [String: DataContract.Setting]?
    var hasOneLabelPerSeries: Bool?
    var featuresNormalizer: AffineNormalizer?
    var labelsNormalizer: AffineNormalizer?

    init(_ contract: DataContract, format: TensorFileFormat, layout: TensorLayout, classLabels: ClassLabels) {
      version = Manifest.currentVersion
      (self.format, self.layout) = (format, layout)
      self.classLabels = classLabels == .oneHot ? nil : classLabels
      (columns, labels, alignment) = (contract.columns, contract.labels, contract.alignment)
      (encodings, labelVocabulary) = (contract.encodings, contract.labelVocabulary)
      staticColumns = contract.staticColumns
      (transforms, source, partKey) = (contract.transforms, contract.source, contract.partKey)
      (isSortedByTime, longestGap) = (contract.isSortedByTime, contract.longestGap)
      (window, seriesRow) = (contract.window, contract.seriesRow)
      (notation, fileSettings) = (contract.notation, contract.fileSettings)
      hasOneLabelPerSeries = contract.hasOneLabelPerSeries
      (featuresNormalizer, labelsNormalizer) = (contract.featuresNormalizer, contract.labelsNormalizer)
    }
  }

  /// The version of this format.
  package var version: Int
  /// The format of the batches' files.
  package var format: TensorFileFormat
  /// The order of the tensors' axes.
  package var layout: TensorLayout
  /// How class labels are written; `nil`: as one column per class.
  package var classLabels: ClassLabels?
  /// The feature columns' names.
  package var columns: [String]
  /// The labels' encoding and names.
  package var labels: DataContract.Labels
  /// The alignment: where the shorter of features and labels is placed.
  package var alignment: Alignment
  /// The encodings of feature columns that contained text; `nil`: all were numbers.
  package var encodings: [String: ColumnEncoding]?
  /// The category names of the labels; `nil`: labels were numbers.
  package var labelVocabulary: Vocabulary?
  /// The columns of features that are attributes of a whole series; `nil`: none.
  package var staticColumns: [String]?
  /// The transforms applied to the features' sequences; `nil`: none.
  package var transforms: TransformPipeline?
  /// The columns before the transforms; `nil` if they are `columns`.
  package var source: DataContract.Source?
  /// The keys that decided which part of its files the data was; `nil`: pairing keys, or all of them.
  package var partKey: Partition.Key?
  /// True if the rows of every sequence were sorted by time; `nil`: they were in the order of the file.
  package var isSortedByTime: Bool?
  /// The longest time between neighbouring rows, in nanoseconds, if a longer one ended a sequence; `nil`: none did.
  package var longestGap: Int?
  /// The windows that sequences were cut into; `nil` if they were not.
  package var window: WindowShape?
  /// The fields of rows that were sequences; `nil` if they were not.
  package var seriesRow: SeriesRow?
  /// How the feature files are written; `nil`: as plain CSV.
  package var notation: TextNotation?
  /// How the files of the data were written, by the names of flags; `nil`: nothing is known of it.
  package var fileSettings: [String: DataContract.Setting]?
  /// True if every series had one label, which is about all of it; `nil`: nothing is known of it.
  package var hasOneLabelPerSeries: Bool?
  /// The normalizer that was applied to the features; `nil`: none.
  package var featuresNormalizer: AffineNormalizer?
  /// The normalizer that was applied to the labels; `nil`: none.
  package var labelsNormalizer: AffineNormalizer?
  /// The batches, in order.
  package var batches: [Batch]
  /// The sources of the examples, in the order of the batches; empty if the batches had none.
  package var sources: [Source]

  /// The name of the file.
  static let fileName = "manifest.json"
  /// The version that this program writes and reads.
  static let currentVersion = 1

  /// The properties of the batches that a model may rely on.
  package var contract: DataContract {
    var contract = DataContract(
      columns: columns, labels: labels, alignment: alignment, featuresNormalizer: featuresNormalizer,
      labelsNormalizer: labelsNormalizer, transforms: transforms, source: source)
    (contract.encodings, contract.labelVocabulary) = (encodings, labelVocabulary)
    contract.staticColumns = staticColumns
    (contract.partKey, contract.notation) = (partKey, notation)
    (contract.isSortedByTime, contract.longestGap, contract.window) = (isSortedByTime, longestGap, window)
    contract.seriesRow = seriesRow
    contract.fileSettings = fileSettings
    contract.hasOneLabelPerSeries = hasOneLabelPerSeries
    return contract
  }
}
