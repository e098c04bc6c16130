extension RegressionEvaluation: Codable {
  private enum CodingKeys: String, CodingKey {
    case columnNames, moments, needsReverting
  }

  /// Decodes an evaluation, without `reverting`; see the type for its restrictions.
  ///
  /// - Throws: `DecodingError` if the moments do not match the columns, or have different numbers of steps.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    columnNames = try values.decode([String].self, forKey: .columnNames)
    moments = try values.decode([PairMoments].self, forKey: .moments)
    needsReverting = try values.decode(Bool.self, forKey: .needsReverting)
    reverting = nil
    guard !columnNames.isEmpty, moments.count == columnNames.count, Set(moments.map(\.count)).count == 1
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .moments, in: values,
        debugDescription:
          "moments of \(moments.count) columns, or of different steps, for the columns \(columnNames)")
    }
  }

  /// Encodes the evaluation, without `reverting`.
  ///
  /// - Throws: The errors of the encoder.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(columnNames, forKey: .columnNames)
    try values.encode(moments, forKey: .moments)
    try values.encode(needsReverting, forKey: .needsReverting)
  }
}
