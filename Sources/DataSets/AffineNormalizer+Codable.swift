extension AffineNormalizer {
  enum CodingKeys: String, CodingKey { case shift, scale }

  /// Reads a normalizer, and refuses numbers that no normalizer has: they come out of files.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let shift = try values.decode([Double].self, forKey: .shift)
    let scale = try values.decode([Double].self, forKey: .scale)
    guard shift.count == scale.count, shift.allSatisfy(\.isFinite),
      scale.allSatisfy({ $0.isFinite && $0 >= Self.smallestScale })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .scale, in: values,
        debugDescription: "a normalizer has one finite shift and one scale of at least 1e-5 a column")
    }
    self.init(shift: shift, scale: scale)
  }
}
