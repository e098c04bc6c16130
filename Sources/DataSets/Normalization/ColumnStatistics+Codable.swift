import Sequences

extension ColumnStatistics {
  enum CodingKeys: String, CodingKey { case counts, mean, m2, minimum, maximum, exponents, lineage }

  /// Reads statistics, and rejects lists of different lengths; those written by older programs have no
  /// lineage and no exponents.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let counts = try values.decode([Int].self, forKey: .counts)
    self.init(
      counts: counts, mean: try values.decode([Double].self, forKey: .mean),
      m2: try values.decode([Double].self, forKey: .m2),
      minimum: try values.decode([Double].self, forKey: .minimum),
      maximum: try values.decode([Double].self, forKey: .maximum),
      exponents: try values.decodeIfPresent([ExponentSum].self, forKey: .exponents)
        ?? counts.map { _ in ExponentSum() })
    guard [mean, m2, minimum, maximum].allSatisfy({ $0.count == counts.count }),
      exponents.count == counts.count
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: values, debugDescription: "statistics have one number of each kind a column")
    }
    lineage = try values.decodeIfPresent(Lineage.self, forKey: .lineage) ?? Lineage()
  }

  /// Writes the numbers, and the lineage if it is known.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(counts, forKey: .counts)
    try values.encode(mean, forKey: .mean)
    try values.encode(m2, forKey: .m2)
    try values.encode(minimum, forKey: .minimum)
    try values.encode(maximum, forKey: .maximum)
    try values.encode(exponents, forKey: .exponents)
    if !lineage.isEmpty { try values.encode(lineage, forKey: .lineage) }
  }
}
