/// The texts of a column of categories, each with its class index: a closed list.
///
/// ```swift
/// let weather = Vocabulary(["rain", "snow", "sun"], unknown: .other)
/// weather.index(of: "sun")   // 2
/// weather.index(of: "fog")   // 3
/// ```
/// It travels with the model (`DataContract.encodings`), so that a text means the same wherever the model goes.
public struct Vocabulary: Sendable, Hashable, Codable {
  /// What is done about a text that is not in the list.
  public enum Unknown: String, Sendable, Hashable, Codable {
    /// An error that names the place.
    case error
    /// It is a missing value: NaN.
    case ignore
    /// It is one class more: its index is the number of names.
    case other
  }

  /// The texts; the class index of one is its place.
  public let names: [String]
  /// What is done about others.
  public let unknown: Unknown
  private let indices: [String: Int]

  private enum CodingKeys: String, CodingKey { case names, unknown }

  /// Makes a list of distinct `names`.
  public init(_ names: [String], unknown: Unknown = .error) {
    precondition(Set(names).count == names.count, "a vocabulary with the same name twice: \(names)")
    (self.names, self.unknown) = (names, unknown)
    indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
  }

  /// Reads a list.
  ///
  /// - Throws: `DecodingError`, also when a name is there twice.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let names = try container.decode([String].self, forKey: .names)
    guard Set(names).count == names.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .names, in: container, debugDescription: "the vocabulary has the same name twice")
    }
    self.init(names, unknown: try container.decode(Unknown.self, forKey: .unknown))
  }

  /// Writes the list.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(names, forKey: .names)
    try container.encode(unknown, forKey: .unknown)
  }

  /// The number of classes, the one for unknown texts included.
  public var classCount: Int { names.count + (unknown == .other ? 1 : 0) }

  /// The classes' names by index, the one for unknown texts included: "other", with as many "_" as keep it apart.
  public var classNames: [String] {
    guard unknown == .other else { return names }
    var other = "other"
    while names.contains(other) { other += "_" }
    return names + [other]
  }

  /// The class index of `text`; `nil` when it is unknown and has none.
  public func index(of text: String) -> Int? { indices[text] ?? (unknown == .other ? names.count : nil) }
}
