import Platform

/// A value of the JSON text that describes a network.
enum DL4JValue: Decodable {
  case object([String: DL4JValue])
  case list([DL4JValue])
  case text(String)
  case integer(Int64)
  case number(Double)
  case boolean(Bool)
  case null

  /// Reads a value of any type.
  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    // The most frequent types first: an attempt that fails takes longer than one that succeeds.
    if value.decodeNil() {
      self = .null
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let fields = try? value.decode([String: DL4JValue].self) {
      self = .object(fields)
    } else if let integer = try? value.decode(Int64.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let isTrue = try? value.decode(Bool.self) {
      self = .boolean(isTrue)
    } else {
      self = .list(try value.decode([DL4JValue].self))
    }
  }

  /// True if the value says nothing: null, an empty list or object, or NaN, which older versions write for "not set".
  var isNeutral: Bool {
    switch self {
    case .null: true
    case .object(let fields): fields.isEmpty
    case .list(let values): values.isEmpty
    case .text(let text): text == "NaN"
    case .integer, .number, .boolean: false
    }
  }

  /// The value as a number; `nil` if it is not a finite one.
  var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    default: nil
    }
  }
}

extension DL4JValue: CustomStringConvertible {
  /// The value in words, for messages.
  var description: String {
    switch self {
    case .object(let fields):
      if case .text(let name)? = fields["@class"] { "\"\(DL4JObject.shortName(name))\"" } else { "an object" }
    case .list(let values): values.allSatisfy { $0.asNumber != nil } ? "[\(words(values))]" : "a list"
    case .text(let text): quoted(text)
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .null: "null"
    }
  }

  private func words(_ values: [DL4JValue]) -> String {
    values.prefix(8).map(\.description).joined(separator: ", ")
  }
}
