import FoundationEssentials

/// The description of what Deeplearning4j computed: `Fixtures/dl4j/index.json`.
public struct DL4JIndex: Decodable, Sendable {
  /// How batches were made; the files are `Fixtures/dl4j/csv/FEATURES`, and so on.
  public struct Batches: Decodable, Sendable {
    /// The pattern of the feature files.
    public var features: String
    /// The pattern of the label files; `nil` if a column of the features is the label.
    public var labels: String?
    /// That column.
    public var labelColumn: Int?
    /// The number of examples in a batch.
    public var batchSize: Int
    /// The number of classes; `nil` for regression.
    public var classes: Int?
    /// `equal`, `start` or `end`.
    public var align: String
    /// The number of lines before the first row of a feature file.
    public var skipLines: Int
    /// The number of lines before the first row of a label file.
    public var labelSkipLines: Int
    /// The number of batches that resulted.
    public var batches: Int
  }

  /// How a network was made and trained; absent numbers are 0.
  public struct Network: Decodable, Sendable {
    /// `lstm`, `graves` or `rnn`.
    public var cell: String
    /// The sizes of the hidden layers, with slashes in between.
    public var hidden: String
    /// 1 if the cell is in a bidirectional layer that concatenates.
    public var bi: Int?
    /// `sgd`, `nesterovs`, `adadelta`, `adam`, `amsgrad` or `rmsprop`, with the default constants of Deeplearning4j.
    public var updater: String
    /// The learning rate.
    public var lr: Float
    /// The limit of each element of a gradient.
    public var clip: Float?
    /// The factor of the L1 penalty.
    public var l1: Float?
    /// The factor of the L2 penalty.
    public var l2: Float?
    /// 1 for regression: identity and mean squared error; otherwise softmax and cross-entropy.
    public var reg: Int?
    /// The number of passes over the batches.
    public var epochs: Int
    /// The name of the batches.
    public var data: String
    /// Deeplearning4j's evaluation of the trained network on the batches; `nil` stands for NaN.
    public var evaluation: [String: Double?]
  }

  /// The sets of batches by name.
  public var batches: [String: Batches]
  /// The networks by name.
  public var networks: [String: Network]

  /// The folder of the golden files.
  public static let folder = Repository.fixture("dl4j")

  /// The contents of the file; empty if it cannot be read, which the tests that count its cases report.
  public static let shared = (try? read()) ?? DL4JIndex(batches: [:], networks: [:])

  private static func read() throws -> DL4JIndex {
    try JSONDecoder().decode(
      DL4JIndex.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/index.json")))
  }
}
