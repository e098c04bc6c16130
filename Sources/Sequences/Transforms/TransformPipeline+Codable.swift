import Platform

/// The transforms that files can store, by the name of their kind.
enum TransformKinds {
  /// To add a transform, add its type here.
  static let all: [any SequenceTransform.Type] = [
    SelectColumns.self, MapValues.self, Difference.self, Logarithm.self, Resample.self,
    ResampleByTime.self, LagFeatures.self,
    Clip.self,
    FillMissing.self, OneHotColumns.self, KnownAhead.self,
  ]
}

extension CodingUserInfoKey {
  /// Custom transforms, `[any SequenceTransform.Type]`, that a file may contain.
  ///
  /// `decoder.userInfo[.transformTypes] = [MyTransform.self]`
  public static let transformTypes: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "timestep.transformTypes") else {
      preconditionFailure("any text is a key")
    }
    return key
  }()
}

/// A sound file has a transform of a kind that the program does not know, as one of a plug-in.
package struct UnknownTransform: Error, CustomStringConvertible {
  let kind: String
  let known: [String]

  package var description: String {
    "contains a transform of the kind \"\(escapedText(kind.utf8))\"; this program knows \(known.joined(separator: ", ")); "
      + "use the program with the plug-in that it is of"
  }
}

/// A transform with its kind.
private struct CodedTransform: Codable {
  private enum Key: String, CodingKey { case kind }
  var transform: any SequenceTransform

  init(_ transform: any SequenceTransform) { self.transform = transform }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let kind = try container.decode(String.self, forKey: .kind)
    let types =
      TransformKinds.all + (decoder.userInfo[.transformTypes] as? [any SequenceTransform.Type] ?? [])
    guard let type = types.first(where: { $0.kind == kind }) else {
      throw UnknownTransform(kind: kind, known: types.map { $0.kind })
    }
    transform = try type.init(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try transform.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type(of: transform).kind, forKey: .kind)
  }
}

extension TransformPipeline: Codable {
  /// Reads a list of transforms.
  public init(from decoder: any Decoder) throws {
    transforms = try decoder.singleValueContainer().decode([CodedTransform].self).map(\.transform)
  }

  /// Writes a list of transforms.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(transforms.map { CodedTransform($0) })
  }
}
