import Platform

/// The encoding of a timestamp column: the time since an origin, computed in Double.
///
/// ```swift
/// TimestampEncoding(.iso8601, unit: .hours)  // 0, 0.5, 1, ... for a row every half hour
/// ```
public struct TimestampEncoding: Sendable, Hashable, Codable {
  /// The notation of a timestamp.
  public enum Format: Sendable, Hashable, Codable {
    /// `2024-05-01T12:00:00.25+02:00`: a date, or a date and a time of day separated by `T` or a blank; UTC
    /// if there is no zone.
    case iso8601
    /// Seconds since 1970-01-01T00:00:00 UTC, with or without fraction.
    case unixSeconds
    /// Milliseconds since 1970-01-01T00:00:00 UTC.
    case unixMilliseconds
    /// A pattern for the C library's `strptime`, such as `%d.%m.%Y %H:%M`; UTC unless it has `%z`.
    ///
    /// Parts missing from the pattern are those of 1970-01-01T00:00:00. `%s` is not supported (use
    /// `unixSeconds`); nor are `%Z`, `%G`, `%g` and `%V`, which `strptime` reads and silently ignores, and what it does not
    /// read, such as `%f` for fractions of a second (which `iso8601` has).
    case pattern(String)

    /// The letters of supported conversions.
    private static let conversions = Set("aAbBcCdDeFhHIjklmMnpPrRStTuUwWxXyYz%".utf8)

    /// True if the format describes a timestamp: a pattern has a conversion, and none that is unsupported.
    public var isReadable: Bool {
      guard case .pattern(let pattern) = self else { return true }
      var rest = pattern.utf8[...]
      var count = 0
      while let sign = rest.firstIndex(of: UInt8(ascii: "%")) {
        // Flags, widths and modifiers precede the letter.
        let letters = rest[rest.index(after: sign)...].drop { "EO_-^#0123456789".utf8.contains($0) }
        guard let letter = letters.first, Self.conversions.contains(letter) else { return false }
        if letter != UInt8(ascii: "%") { count += 1 }
        rest = letters.dropFirst()
      }
      return count > 0
    }
  }

  /// The origin of the time scale.
  public enum Origin: String, Sendable, Hashable, Codable, CaseIterable {
    /// The first timestamp of the sequence.
    case sequence
    /// 1970-01-01T00:00:00 UTC.
    ///
    /// Float represents current times to within 128 s in seconds, or a few seconds in hours.
    case epoch
  }

  /// The unit of time.
  public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
    case seconds, minutes, hours, days

    /// The length in seconds.
    public var seconds: Double {
      switch self {
      case .seconds: 1
      case .minutes: 60
      case .hours: 3600
      case .days: 86400
      }
    }
  }

  /// The notation of the timestamps.
  public var format: Format
  /// The origin of the time scale.
  public var origin: Origin
  /// The unit of time.
  public var unit: Unit

  /// Makes an encoding; the format must be readable (`Format.isReadable`).
  public init(_ format: Format, from origin: Origin = .sequence, unit: Unit = .seconds) {
    precondition(
      format.isReadable,
      "\(format) does not describe a timestamp: expected a conversion such as %Y, and none of %s, %Z, %G, %g, %V"
    )
    (self.format, self.origin, self.unit) = (format, origin, unit)
  }
}

extension TimestampEncoding: CustomStringConvertible {
  /// The encoding in words, such as "hours since the first timestamp of the sequence (ISO 8601)".
  public var description: String {
    let since = origin == .sequence ? "the first timestamp of the sequence" : "1970"
    return "\(unit.rawValue) since \(since) (\(format))"
  }
}

extension TimestampEncoding.Format: CustomStringConvertible {
  /// The format's name, or the pattern.
  public var description: String {
    switch self {
    case .iso8601: "ISO 8601"
    case .unixSeconds: "seconds since 1970"
    case .unixMilliseconds: "milliseconds since 1970"
    case .pattern(let pattern): "\"\(escapedText(pattern.utf8))\""
    }
  }
}
