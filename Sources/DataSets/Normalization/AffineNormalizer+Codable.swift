import Sequences

extension AffineNormalizer {
  enum CodingKeys: String, CodingKey { case shift, scale, constantColumns, lineage, fitted }

  /// Reads a normalizer, and rejects numbers that are invalid for a normalizer, since they come from files.
  ///
  /// Files of older programs have no lineage, no constant columns and no fitted columns; they are then empty.
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
    let constantColumns = try values.decodeIfPresent([Int].self, forKey: .constantColumns) ?? []
    guard Self.areColumns(constantColumns, of: shift.count) else {
      throw DecodingError.dataCorruptedError(
        forKey: .constantColumns, in: values,
        debugDescription:
          "the constant columns of a normalizer are some of its \(shift.count) columns, each once, in ascending order"
      )
    }
    let lineage = try values.decodeIfPresent(Lineage.self, forKey: .lineage) ?? Lineage()
    let fitted = try values.decodeIfPresent(FittedColumns.self, forKey: .fitted) ?? FittedColumns()
    guard fitted.describes(shift.count) else {
      throw DecodingError.dataCorruptedError(
        forKey: .fitted, in: values,
        debugDescription: "a normalizer was fitted on one finite mean, deviation and exponent for each column"
      )
    }
    self.init(
      shift: shift, scale: scale, constantColumns: constantColumns, lineage: lineage, fitted: fitted)
  }

  /// Writes the numbers, the constant columns if there are any, and the lineage and the fitted columns if they are
  /// known.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(shift, forKey: .shift)
    try values.encode(scale, forKey: .scale)
    if !constantColumns.isEmpty { try values.encode(constantColumns, forKey: .constantColumns) }
    if !lineage.isEmpty { try values.encode(lineage, forKey: .lineage) }
    if !fitted.isEmpty { try values.encode(fitted, forKey: .fitted) }
  }
}

extension AffineNormalizer: CustomStringConvertible {
  /// Only the numbers: the signatures of iterator states are made from this text, also by programs older than
  /// lineages.
  public var description: String { "AffineNormalizer(shift: \(shift), scale: \(scale))" }
}
