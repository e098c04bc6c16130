/// The texts of a category column, each with its class index: a closed list.
///
/// ```swift
/// let weather = Vocabulary(["rain", "snow", "sun"], unknown: .other)
/// weather.index(of: "sun")   // 2
/// weather.index(of: "fog")   // 3
/// ```
/// It is stored with the model (`DataContract.encodings`), so that a text always means the same to that
/// model.
public struct Vocabulary: Sendable, Hashable, Codable {
  /// The handling of a text that is not in the list.
  public enum Unknown: String, Sendable, Hashable, Codable, CaseIterable {
    /// Throws an error that names the location.
    case error
    /// The text becomes a missing value: NaN.
    case ignore
    /// The text belongs to an additional class, whose index is the number of names.
    case other
  }

  /// The texts; the class index of a text is its index here.
  public let names: [String]
  /// The handling of other texts.
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
  /// - Throws: `DecodingError`, also if a name occurs twice.
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

  /// The number of classes, including the one for unknown texts.
  public var classCount: Int { names.count + (unknown == .other ? 1 : 0) }

  /// The names of the classes by index, including the one for unknown texts: "other", with as many "_" as
  /// needed to make it distinct.
  public var classNames: [String] {
    guard unknown == .other else { return names }
    var other = "other"
    while names.contains(other) { other += "_" }
    return names + [other]
  }

  /// Returns the class index of `text`, or `nil` if it is unknown and has none.
  public func index(of text: String) -> Int? { indices[text] ?? (unknown == .other ? names.count : nil) }
}
