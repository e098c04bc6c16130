import CText
import Sequences

/// How the fields of rows become values, for one sequence after the other: by the roles of their columns.
struct CSVFieldValues {
  let format: CSVDialect
  let layout: ResolvedColumns
  /// For every field of moments the one that time is counted from; `nil` before the first.
  private var origins: [Double?]

  init(_ format: CSVDialect, _ layout: ResolvedColumns) {
    (self.format, self.layout) = (format, layout)
    origins = Array(repeating: nil, count: layout.roles.count)
  }

  /// Forgets where time began: another sequence follows.
  mutating func beginSequence() {
    for field in origins.indices { origins[field] = nil }
  }

  /// The role of field `index`; a field too many is taken for a number, since its row is at fault anyway.
  func role(_ index: Int) -> CSVRole { index < layout.roles.count ? layout.roles[index] : .number }

  /// The value of the text of field `index`, or what is wrong with it; `nil` for a field that is none.
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

  /// The value of the text of field `index`, which is encoded.
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
