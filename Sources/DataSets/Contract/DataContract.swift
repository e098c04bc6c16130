import Sequences

/// What a model may rely on about its data; the model file stores it beside the network.
public struct DataContract: Sendable, Hashable, Codable {
  /// What the labels of a data set are.
  public struct Labels: Sendable, Hashable, Codable {
    /// How labels are encoded.
    public enum Encoding: String, Sendable, Hashable, Codable {
      /// The data has no labels.
      case none
      /// One column a class.
      case oneHot
      /// Numbers as they are: regression.
      case values
    }
    /// How labels are encoded.
    public var encoding: Encoding
    /// The classes' names, or the columns' names for regression.
    public var names: [String]

    /// Makes a description of labels.
    public init(encoding: Encoding, names: [String]) {
      self.encoding = encoding
      self.names = names
    }

    /// No labels.
    public static let none = Labels(encoding: .none, names: [])
  }

  /// The columns of the features' sequences before they were transformed.
  public struct Source: Sendable, Hashable, Codable {
    /// The names of all of them, in order.
    public var columns: [String]
    /// Those among them that labels come from, which are no features.
    public var labels: [String]

    /// Makes a description of columns.
    public init(columns: [String], labels: [String] = []) {
      self.columns = columns
      self.labels = labels
    }
  }

  /// The version of this format that this program writes.
  public static let currentVersion = 1
  /// The version of this format.
  public var version = Self.currentVersion
  /// The feature columns' names.
  public var columns: [String]
  /// The labels' encoding and names.
  public var labels: Labels
  /// Where the shorter of features and labels lies.
  public var alignment: Alignment
  /// What was done to the features' sequences before they became batches; `nil`: nothing.
  public var transforms: TransformPipeline?
  /// The columns before the transforms: what rows that are predicted one by one hold; `nil` without transforms, and in
  /// contracts that were written before it was known.
  public var source: Source?
  /// How the texts of feature columns become numbers where they are none, by the columns' names as they are read; `nil`: none.
  public var encodings: [String: ColumnEncoding]?
  /// The texts of labels that are categories, their numbers the classes'; `nil`: labels are numbers.
  public var labelVocabulary: Vocabulary?
  /// What was done to features then; `nil`: nothing.
  public var featuresNormalizer: AffineNormalizer?
  /// What was done to regression labels; `nil`: nothing.
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

  /// The first thing in which `data` breaks this contract, in words; `nil` when it keeps it.
  ///
  /// Data without labels keeps any contract about labels: predictions need none.
  public func violation(by data: DataContract) -> String? {
    if columns.count != data.columns.count {
      return "the model wants \(columns.count) feature columns, the data has \(data.columns.count)"
    }
    for (index, (wanted, found)) in zip(columns, data.columns).enumerated() where wanted != found {
      return "the model wants feature column \(index) to be \"\(wanted)\", the data has \"\(found)\" there"
    }
    if let difference = encodingDifference(from: data) { return difference }
    if transforms != data.transforms {
      func words(_ pipeline: TransformPipeline?) -> String { pipeline.map { "\"\($0.summary)\"" } ?? "none" }
      return
        "the model was trained with the transforms \(words(transforms)), the data has \(words(data.transforms))"
    }
    if data.labels.encoding == .none { return nil }
    if labels.encoding != data.labels.encoding {
      return "the model has \(Self.words(labels.encoding)), the data \(Self.words(data.labels.encoding))"
    }
    let (what, several) =
      labels.encoding == .oneHot ? ("class", "classes") : ("label column", "label columns")
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

  private func encodingDifference(from data: DataContract) -> String? {
    let (wanted, found) = (encodings ?? [:], data.encodings ?? [:])
    for name in Set(wanted.keys).union(found.keys).sorted() where wanted[name] != found[name] {
      func words(_ encoding: ColumnEncoding?) -> String { encoding.map { "\($0)" } ?? "numbers" }
      return
        "the model wants column \"\(name)\" to be \(words(wanted[name])), in the data it is \(words(found[name]))"
    }
    return nil
  }

  private static func words(_ encoding: Labels.Encoding) -> String {
    switch encoding {
    case .none: return "no labels"
    case .oneHot: return "class labels"
    case .values: return "regression labels"
    }
  }

  /// What it says, aspect by aspect.
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
    // Only where there are any: states that were saved before there were columns of texts stay valid.
    if !texts.isEmpty || labelVocabulary != nil {
      signature.add("how texts become numbers", hash(texts + ["\(labelVocabulary?.names ?? [])"]))
    }
    signature.add("the transforms", hash(["\(transforms, default: "none")"]))
    signature.add("the normalizer of the features", hash(["\(featuresNormalizer, default: "none")"]))
    signature.add("the normalizer of the labels", hash(["\(labelsNormalizer, default: "none")"]))
    return signature
  }
}
