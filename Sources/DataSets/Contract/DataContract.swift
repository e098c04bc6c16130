import Platform
import Sequences

/// The properties of its data that a model may rely on; the model file stores them with the network.
public struct DataContract: Sendable, Hashable, Codable {
  /// A description of the labels of a data set.
  public struct Labels: Sendable, Hashable, Codable {
    /// The encoding of the labels.
    public enum Encoding: String, Sendable, Hashable, Codable {
      /// The data has no labels.
      case none
      /// One column per class.
      case oneHot
      /// Unchanged numbers, for regression.
      case values
      /// A column of 0 and 1 per class; several or none may be 1.
      case multiLabel
    }
    /// The encoding of the labels.
    public var encoding: Encoding
    /// The names of the classes, or of the columns for regression.
    public var names: [String]
    /// The levels of the quantiles that each label column is repeated for: `load` is `load@0.1`, `load@0.9`; `nil` if columns
    /// are not repeated.
    public private(set) var quantiles: [Float]?

    /// Makes a description of labels.
    public init(encoding: Encoding, names: [String]) {
      self.encoding = encoding
      self.names = names
    }

    /// Returns the description of labels whose columns are repeated, one after the other, for quantiles of these levels.
    package func repeated(for quantiles: [Float]) -> Labels {
      precondition(encoding == .values && self.quantiles == nil, "quantiles are those of numbers, once")
      var result = self
      result.names = names.flatMap { name in quantiles.map { "\(name)@\($0)" } }
      result.quantiles = quantiles
      return result
    }

    /// The names of the columns before they were repeated for quantiles.
    package var plainNames: [String] {
      guard let quantiles else { return names }
      return stride(from: 0, to: names.count, by: quantiles.count).map { place in
        String(names[place].dropLast("@\(quantiles[0])".count))
      }
    }

    /// True if the names are those of classes, one or several at a time.
    package var areClasses: Bool { encoding == .oneHot || encoding == .multiLabel }

    /// No labels.
    public static let none = Labels(encoding: .none, names: [])
  }

  /// The columns of the feature sequences before they were transformed.
  public struct Source: Sendable, Hashable, Codable {
    /// The names of all columns, in order.
    public var columns: [String]
    /// The names of the label columns among them, which are not features.
    public var labels: [String]
    /// The names of all columns of the files, in order, if others than `columns` are among them; otherwise `nil`.
    public var fileColumns: [String]?

    /// Makes a description of columns.
    public init(columns: [String], labels: [String] = [], fileColumns: [String]? = nil) {
      self.columns = columns
      self.labels = labels
      self.fileColumns = fileColumns
    }
  }

  /// The format version that this program writes.
  public static let currentVersion = 1
  /// The format version of this contract.
  public var version = Self.currentVersion
  /// The names of the feature columns.
  public var columns: [String]
  /// The encoding and names of the labels.
  public var labels: Labels
  /// The placement of the shorter of features and labels.
  public var alignment: Alignment
  /// The transforms applied to the feature sequences before they became batches; `nil` if there are none.
  public var transforms: TransformPipeline?
  /// The columns before the transforms, as in rows that are predicted one by one; `nil` if they are `columns`,
  /// and in contracts written before this field existed.
  public var source: Source?
  /// The encodings of feature columns whose texts are not numbers, by the column names in the data; `nil` if
  /// there are none.
  public var encodings: [String: ColumnEncoding]?
  /// True if the rows of every sequence are sorted by time; `nil` if they are in the order of the file.
  public var isSortedByTime: Bool?
  /// The longest time between neighbouring rows, in nanoseconds, if a longer one ends a sequence; otherwise `nil`.
  public var longestGap: Int?
  /// The windows that sequences were cut into; `nil` if they were not, and in contracts written before this field existed.
  public var window: WindowShape?
  /// The fields of a row, if every row of a file is a sequence; otherwise `nil`, and in contracts written before this field
  /// existed.
  public var seriesRow: SeriesRow?
  /// How the feature files are written; `nil` if they are plain CSV, and in contracts written before this field existed.
  public var notation: TextNotation?
  /// The texts of category labels, whose indices are the classes; `nil` if labels are numbers.
  public var labelVocabulary: Vocabulary?
  /// The keys that decide which part of its files a sequence is in; `nil` in contracts made in the library of data that is
  /// not a part, and in those written before this field existed: pairing keys then.
  public var partKey: Partition.Key?
  /// The columns of features that are attributes of a whole series, from a table; `nil` if there are none.
  public var staticColumns: [String]?
  /// How the files are written and where their labels are, by the names of flags of the command line: what a data set file
  /// says of them, without paths; `nil` if they are plain CSV files, if the library read them, and in contracts written
  /// before this field existed.
  public var fileSettings: [String: Setting]?
  /// True if every series of the data had one label, which is about all of it: so are predictions.
  ///
  /// `nil` if it is not known, and in contracts written before this field existed.
  public var hasOneLabelPerSeries: Bool?
  /// The means of the label columns in the training data, in the labels' own units; of classes, their shares.
  ///
  /// What always predicting them reaches, a model is compared with. `nil` if the training fitted no normalizer,
  /// and in contracts written before this field existed.
  public var labelMeans: [Double]?
  /// How the rows of every series were divided in time, in the words of the command line, if the training had a part of them:
  /// "--split-time 8,1,1 --gap 24".
  ///
  /// `nil` if series were whole, and in contracts written before this field existed.
  public var timeCut: String?
  /// The normalizer then applied to the features; `nil` if there is none.
  public var featuresNormalizer: AffineNormalizer?
  /// The normalizer applied to regression labels; `nil` if there is none.
  public var labelsNormalizer: AffineNormalizer?

  /// Makes a contract.
  public init(
    columns: [String], labels: Labels, alignment: Alignment, featuresNormalizer: AffineNormalizer? = nil,
    labelsNormalizer: AffineNormalizer? = nil, transforms: TransformPipeline? = nil,
    source: Source? = nil
  ) {
    self.columns = columns
    self.labels = labels
    self.alignment = alignment
    self.featuresNormalizer = featuresNormalizer
    self.labelsNormalizer = labelsNormalizer
    self.transforms = transforms
    self.source = source
  }

  /// The feature columns that hold class indices, which are no quantities.
  package var classColumns: [Int] {
    get throws {
      let classes = try (transforms ?? TransformPipeline()).outputClasses(
        encodings ?? [:], columns: source?.columns ?? columns)
      return columns.indices.filter { classes[columns[$0]] != nil }
    }
  }

  /// Describes the first violation of this contract by `data`; returns `nil` if there is none.
  ///
  /// Data without labels satisfies any contract about labels: predictions do not need them.
  public func violation(by data: DataContract) -> String? {
    if columns.count != data.columns.count {
      let several = columns.count == 1 ? "column" : "columns"
      return "the model requires \(columns.count) feature \(several), the data has \(data.columns.count)"
    }
    for (index, (wanted, found)) in zip(columns, data.columns).enumerated() where wanted != found {
      return "the model requires feature column \(index) to be \"\(wanted)\", the data has \"\(found)\" there"
    }
    if let difference = encodingDifference(from: data) ?? timeDifference(from: data) { return difference }
    for (what, wanted, found) in [
      ("features", featuresNormalizer, data.featuresNormalizer),
      ("labels", labelsNormalizer, data.labelsNormalizer),
    ] {
      guard let found, wanted.map({ !found.agrees(with: $0) }) ?? true else { continue }
      return wanted == nil
        ? "the model was trained on \(what) that were not normalized, those of the data are"
        : "the data's \(what) are normalized with other numbers than the model's"
    }
    if transforms != data.transforms {
      func words(_ pipeline: TransformPipeline?) -> String {
        pipeline.map { "\"\(inWords($0.summary))\"" } ?? "none"
      }
      return
        "the model was trained with the transforms \(words(transforms)), the data has \(words(data.transforms))"
    }
    if data.labels.encoding == .none { return nil }
    if labels.encoding != data.labels.encoding {
      return "the model has \(Self.words(labels.encoding)), the data \(Self.words(data.labels.encoding))"
    }
    let (what, several) =
      labels.encoding == .values ? ("label column", "label columns") : ("class", "classes")
    if labels.names.count != data.labels.names.count {
      return "the model knows \(labels.names.count) \(several), the data has \(data.labels.names.count)"
    }
    for (index, (wanted, found)) in zip(labels.names, data.labels.names).enumerated() where wanted != found {
      return "the model's \(what) \(index) is \"\(wanted)\", the data's is \"\(found)\""
    }
    if alignment != data.alignment {
      return "the model was trained with alignment \(alignment), the data is aligned \(data.alignment)"
    }
    return nil
  }

  /// The contract of the features alone, for data whose labels are not known.
  package var ofFeatures: DataContract {
    var result = self
    (result.labels, result.labelsNormalizer, result.labelVocabulary) = (.none, nil, nil)
    result.labelMeans = nil
    result.transforms = transforms?.withoutLabels
    guard let source, !source.labels.isEmpty else { return result }
    result.source = Source(
      columns: source.columns.filter { !source.labels.contains($0) }, fileColumns: source.fileColumns)
    let encodings = encodings?.filter { !source.labels.contains($0.key) }
    result.encodings = encodings?.isEmpty == true ? nil : encodings
    return result
  }

  private func encodingDifference(from data: DataContract) -> String? {
    let (wanted, found) = (encodings ?? [:], data.encodings ?? [:])
    for name in Set(wanted.keys).union(found.keys).sorted() where wanted[name] != found[name] {
      func words(_ encoding: ColumnEncoding?) -> String { encoding.map { "\($0)" } ?? "numbers" }
      return
        "the model requires column \"\(name)\" to be \(words(wanted[name])), in the data it is \(words(found[name]))"
    }
    return nil
  }

  /// Describes the first difference in how time orders and ends sequences.
  ///
  /// Models that were written before contracts said so accept any data.
  private func timeDifference(from data: DataContract) -> String? {
    if isSortedByTime == true, data.isSortedByTime != true {
      return "the model was trained on rows sorted by time, those of the data are not"
    }
    guard let longestGap, longestGap != data.longestGap else { return nil }
    func words(_ gap: Int?) -> String { gap.map { "\(Double($0) / 1e9) s" } ?? "gaps of any length" }
    return
      "the model was trained on sequences with at most \(words(longestGap)) between two rows, the data has "
      + words(data.longestGap)
  }

  private static func words(_ encoding: Labels.Encoding) -> String {
    switch encoding {
    case .none: return "no labels"
    case .oneHot: return "class labels"
    case .values: return "regression labels"
    case .multiLabel: return "labels of several classes at a time"
    }
  }

  /// The contents of the contract, aspect by aspect.
  package var signature: Signature {
    var signature = Signature()
    func hash(_ texts: [String]) -> Fingerprint {
      var result = Fingerprint()
      result.combine(texts)
      return result
    }
    signature.add("the feature columns", hash(columns))
    signature.add("the label encoding", labels.encoding.rawValue)
    signature.add("the classes or label columns", hash(labels.names))
    signature.add("the alignment", alignment.rawValue)
    let texts = (encodings ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    // Added only if there are any, so that states saved before text columns existed stay valid.
    if !texts.isEmpty || labelVocabulary != nil {
      signature.add("how texts become numbers", hash(texts + ["\(labelVocabulary?.names ?? [])"]))
    }
    if isSortedByTime == true { signature.add("the order of rows", "by time") }
    if let longestGap { signature.add("the longest gap", "\(longestGap) ns") }
    signature.add("the transforms", hash(["\(transforms, default: "none")"]))
    signature.add("the normalizer of the features", hash(["\(featuresNormalizer, default: "none")"]))
    signature.add("the normalizer of the labels", hash(["\(labelsNormalizer, default: "none")"]))
    return signature
  }
}
