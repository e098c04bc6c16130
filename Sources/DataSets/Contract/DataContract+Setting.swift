extension DataContract {
  /// The value of a flag of the command line, in the notation of a data set file.
  public enum Setting: Sendable, Hashable, Codable {
    /// The flag is given; it has no value.
    case toggle(Bool)
    /// A whole number.
    case integer(Int)
    /// A text.
    case text(String)
    /// The values of a flag that can be repeated.
    case list([String])

    /// Reads `true`, `3`, `"a"` or `["a"]`.
    public init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let isOn = try? value.decode(Bool.self) {
        self = .toggle(isOn)
      } else if let number = try? value.decode(Int.self) {
        self = .integer(number)
      } else if let text = try? value.decode(String.self) {
        self = .text(text)
      } else {
        self = .list(try value.decode([String].self))
      }
    }

    /// Writes `true`, `3`, `"a"` or `["a"]`.
    public func encode(to encoder: any Encoder) throws {
      var value = encoder.singleValueContainer()
      switch self {
      case .toggle(let isOn): try value.encode(isOn)
      case .integer(let number): try value.encode(number)
      case .text(let text): try value.encode(text)
      case .list(let texts): try value.encode(texts)
      }
    }
  }
}
