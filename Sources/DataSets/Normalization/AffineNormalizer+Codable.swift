import Sequences

extension AffineNormalizer {
  enum CodingKeys: String, CodingKey { case shift, scale, lineage }

  /// Reads a normalizer, and rejects numbers that are invalid for a normalizer, since they come from files.
  ///
  /// Files of older programs have no lineage; it is then empty.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let shift = try values.decode([Double].self, forKey: .shift)
    let scale = try values.decode([Double].self, forKey: .scale)
    guard shift.count == scale.count, shift.allSatisfy(\.isFinite),
      scale.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .scale, in: values,
        debugDescription: "a normalizer has one finite shift and one finite scale above 0 for each column")
    }
    let lineage = try values.decodeIfPresent(Lineage.self, forKey: .lineage) ?? Lineage()
    self.init(shift: shift, scale: scale, lineage: lineage)
  }

  /// Writes the numbers, and the lineage if it is known.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(shift, forKey: .shift)
    try values.encode(scale, forKey: .scale)
    if !lineage.isEmpty { try values.encode(lineage, forKey: .lineage) }
  }
}

extension AffineNormalizer: CustomStringConvertible {
  /// Only the numbers: the signatures of iterator states are made from this text, also by programs older than
  /// lineages.
  public var description: String { "AffineNormalizer(shift: \(shift), scale: \(scale))" }
}
