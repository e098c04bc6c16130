import ArgumentParser
import Sequences
import Timestep

/// A value of a flag.
///
/// A text that is not one is refused with the reason.
protocol FlagValue: ExpressibleByArgument, SendableMetatype {
  /// Reads a value.
  ///
  /// - Throws: `ValidationError` with the reason, which follows "The value '...' is invalid for '--flag'".
  init(flag text: String) throws(ValidationError)

  /// The possible values, if these are few names.
  static var names: [String] { get }
}

/// A value with its own notation, such as `0...9`.
protocol NotatedFlagValue: FlagValue {}

extension NotatedFlagValue {
  init?(argument: String) {
    do { try self.init(flag: argument) } catch { return nil }
  }
}

extension FlagValue {
  static var names: [String] { [] }

  /// Reads a value from the word after a flag, which may begin with a minus.
  fileprivate static func read(_ text: String) throws -> Self {
    let name = text.dropFirst(2).prefix { $0 != "=" }
    if text.hasPrefix("--"), name == "help" || FlagDefinition.named(String(name)) != nil {
      throw ValidationError("this is a flag: expected a value before it")
    }
    return try Self(flag: text)
  }

  fileprivate static var completion: CompletionKind? { names.isEmpty ? nil : .list(names) }
}

/// One of several names.
extension FlagValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  init(flag text: String) throws(ValidationError) {
    guard let value = Self(rawValue: text) else {
      throw ValidationError(
        "expected \(alternatives(Self.names))" + suggestion(for: text, among: Self.names))
    }
    self = value
  }

  static var names: [String] { allCases.map(\.rawValue) }
}

extension Option {
  /// Declares a flag that is optional.
  init<T: FlagValue>(name: NameSpecification = .long, help: ArgumentHelp) where Value == T? {
    self.init(
      name: name, parsing: .unconditional, help: help, completion: T.completion,
      transform: { text in try T.read(text) })
  }

  /// Declares a flag with a default.
  init(wrappedValue: Value, name: NameSpecification = .long, help: ArgumentHelp) where Value: FlagValue {
    self.init(
      wrappedValue: wrappedValue, name: name, parsing: .unconditional, help: help,
      completion: Value.completion, transform: { text in try Value.read(text) })
  }

  /// Declares a flag that must be given.
  init(name: NameSpecification = .long, help: ArgumentHelp) where Value: FlagValue {
    self.init(
      name: name, parsing: .unconditional, help: help, completion: Value.completion,
      transform: { text in try Value.read(text) })
  }

  /// Declares a flag that can be repeated.
  init<T: FlagValue>(wrappedValue: [T], name: NameSpecification = .long, help: ArgumentHelp)
  where Value == [T] {
    self.init(
      wrappedValue: wrappedValue, name: name, parsing: .unconditionalSingleValue, help: help,
      completion: T.completion, transform: { text in try T.read(text) })
  }
}

extension String: FlagValue {
  init(flag text: String) { self = text }
}

extension Int: FlagValue {
  init(flag text: String) throws(ValidationError) {
    guard let value = Int(text) else { throw ValidationError("expected a whole number") }
    self = value
  }
}

extension UInt64: FlagValue {
  init(flag text: String) throws(ValidationError) {
    guard let value = UInt64(text) else {
      throw ValidationError("expected a whole number from 0 to \(UInt64.max)")
    }
    self = value
  }
}

extension FlagValue where Self: FloatingPoint & LosslessStringConvertible {
  init(flag text: String) throws(ValidationError) {
    guard let value = Self(text) else { throw ValidationError("expected a number") }
    self = value
  }
}

extension Float: FlagValue {}
extension Double: FlagValue {}

/// Returns names in a sentence: "a, b or c".
func alternatives(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " or " + last
}
