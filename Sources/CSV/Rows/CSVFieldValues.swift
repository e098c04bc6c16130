import CText
import Sequences

/// Converts the fields of rows to values, one sequence after another, by the roles of their columns.
struct CSVFieldValues {
  let format: CSVDialect
  let layout: ResolvedColumns
  /// For every timestamp field, the time origin; `nil` before the first timestamp.
  private var origins: [Double?]

  init(_ format: CSVDialect, _ layout: ResolvedColumns) {
    (self.format, self.layout) = (format, layout)
    origins = Array(repeating: nil, count: layout.roles.count)
  }

  /// Forgets the time origins, because another sequence follows.
  mutating func beginSequence() {
    for field in origins.indices { origins[field] = nil }
  }

  /// Returns the role of field `index`; a surplus field counts as a number, because its row is faulty anyway.
  func role(_ index: Int) -> CSVRole { index < layout.roles.count ? layout.roles[index] : .number }

  /// Returns the value of the text of field `index`, or its fault, or `nil` for a field that is not a value.
  mutating func value(_ text: some BidirectionalCollection<UInt8>, _ index: Int) -> Result<
    Float, CSVFieldFault
  >? {
    switch role(index) {
    case .dropped: return nil
    case .number:
      let (kind, number) = CSVParser.decimal(Array(text))
      return format.value(text, kind, number)
    case .encoded(let encoding): return value(text, index, encoding)
    }
  }

  /// Returns the value of the text of field `index`, which is encoded.
  mutating func value(
    _ text: some BidirectionalCollection<UInt8>, _ index: Int, _ encoding: ColumnEncoding
  ) -> Result<Float, CSVFieldFault> {
    if format.isMissing(text) {
      return format.missingValues.policy == .nan ? .success(.nan) : .failure(.missing)
    }
    switch encoding {
    case .category(let vocabulary):
      if text.isEmpty && vocabulary.index(of: "") == nil { return .failure(.missing) }
      if let name = String(validating: text, as: UTF8.self), let index = vocabulary.index(of: name) {
        return .success(Float(index))
      }
      switch vocabulary.unknown {
      case .error: return .failure(.unknownCategory)
      case .ignore: return .success(.nan)
      case .other: return .success(Float(vocabulary.names.count))
      }
    case .time(let rule):
      if text.isEmpty { return .failure(.missing) }
      guard let seconds = rule.seconds(of: Array(trimmed(text))) else { return .failure(.notATime) }
      var origin = 0.0
      if rule.origin == .sequence {
        origin = origins[index] ?? seconds
        origins[index] = origin
      }
      return .success(Float((seconds - origin) / rule.unit.seconds))
    }
  }
}
