import DataSets
import Platform

/// The normalizers in `normalizer.bin`, as `NormalizerSerializer` writes them.
struct DL4JNormalizers {
  /// That of the features.
  let features: AffineNormalizer
  /// That of the labels; `nil` if they are not normalized.
  let labels: AffineNormalizer?

  /// Reads the file.
  ///
  /// - Throws: `Fault` if it is damaged, or holds another kind of normalizer.
  init(_ bytes: [UInt8]) throws(Fault) {
    var input = JavaDataInput(bytes, name: DL4JArchive.Entry.normalizer.rawValue)
    let header = try input.text()
    guard header == "NORMALIZER" else { throw input.damage("\"NORMALIZER\"", quoted(header)) }
    let version = try input.integer(Int32.self)
    guard version == 1 else {
      throw .unsupported(input.name, expected: "version 1", found: "version \(version)")
    }
    let type = try input.text()
    guard type == "STANDARDIZE" || type == "MIN_MAX" else {
      throw .unsupported(input.name, expected: "STANDARDIZE or MIN_MAX", found: quoted(type))
    }
    let hasLabels = try input.integer(UInt8.self)
    guard hasLabels < 2 else { throw input.damage("0 or 1", "\(hasLabels)") }
    var range = (low: 0.0, high: 1.0)
    if type == "MIN_MAX" {
      range = (try input.double(), try input.double())
      guard range.low.isFinite, range.high.isFinite, range.high > range.low else {
        throw input.damage("a range", "\(range.low) to \(range.high)")
      }
    }
    func normalizer(_ input: inout JavaDataInput) throws(Fault) -> AffineNormalizer {
      let first = try input.vector(of: Double.self)
      let second = try input.vector(of: Double.self)
      guard first.count == second.count else {
        throw input.damage("\(first.count) columns", "\(second.count)")
      }
      return try Self.normalizer(type == "MIN_MAX" ? range : nil, first, second, input)
    }
    features = try normalizer(&input)
    labels = hasLabels == 1 ? try normalizer(&input) : nil
    guard input.isAtEnd else { throw input.damage("the end", "more bytes") }
  }

  /// Returns a normalizer from means and deviations, or from the least and the greatest values.
  ///
  /// - Parameter range: That to which the least and the greatest values are mapped; `nil` for means and deviations.
  private static func normalizer(
    _ range: (low: Double, high: Double)?, _ first: [Double], _ second: [Double], _ input: JavaDataInput
  ) throws(Fault) -> AffineNormalizer {
    // A column that was constant is divided by 1.
    var scale = zip(first, second).map { range == nil ? $1 : $1 - $0 }
    let constant = scale.indices.filter { scale[$0] == 0 }
    for column in constant { scale[column] = 1 }
    var shift = first
    if let range {
      for column in scale.indices {
        if !constant.contains(column) { scale[column] /= range.high - range.low }
        shift[column] -= range.low * scale[column]
      }
    }
    guard scale.allSatisfy({ $0 > 0 && $0.isFinite }), shift.allSatisfy(\.isFinite) else {
      throw input.damage("deviations, or ranges, above 0", "others")
    }
    return AffineNormalizer(shift: shift, scale: scale, constantColumns: constant)
  }
}
