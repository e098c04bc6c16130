import ArgumentParser
import Timestep

/// One option of a plug-in: a name, a type, a default and a help text.
///
/// ```swift
/// PluginOption("count", .integer, default: "100", help: "The number of waves.")
/// ```
public struct PluginOption: Sendable, Hashable {
  /// The available types of values.
  public enum Kind: String, Sendable, Hashable {
    /// Any text.
    case text
    /// A whole number.
    case integer
    /// A finite number.
    case number
    /// `true` or `false`; the name alone is true.
    case flag
    /// The path of a file or a directory, or a pattern of paths; in a data set file, relative to that file.
    case path
  }

  /// The name.
  public let name: String
  /// The type of the value.
  public let kind: Kind
  /// The value if none is given; `nil`: the option is required.
  public let defaultValue: String?
  /// The meaning of the option.
  public let help: String

  /// Makes an option.
  public init(_ name: String, _ kind: Kind, default defaultValue: String? = nil, help: String) {
    precondition(
      !name.isEmpty && !name.contains { ":=, ".contains($0) }, "an option cannot be called \"\(name)\"")
    precondition(
      defaultValue.map { Self.suits($0, kind) } ?? true,
      "the default \"\(defaultValue ?? "")\" of option \(name) is not of the kind \(kind)")
    (self.name, self.kind, self.defaultValue, self.help) = (name, kind, defaultValue, help)
  }

  static func suits(_ text: String, _ kind: Kind) -> Bool {
    switch kind {
    case .text, .path: true
    case .integer: Int(text) != nil
    case .number: Double(text)?.isFinite ?? false
    case .flag: ["true", "false"].contains(text)
    }
  }
}

/// The checked options of a call to a plug-in: every declared option has a value of its type.
public struct PluginOptions: Sendable, Hashable {
  private let values: [String: String]

  init(_ values: [String: String]) { self.values = values }

  /// Returns the value of option `name`, which the plug-in has declared.
  public func text(_ name: String) -> String {
    guard let value = values[name] else { preconditionFailure("the plug-in declares no option \"\(name)\"") }
    return value
  }

  /// Returns the value of an integer option.
  public func integer(_ name: String) -> Int {
    guard let value = Int(text(name)) else { preconditionFailure("option \"\(name)\" is not a whole number") }
    return value
  }

  /// Returns the value of a number option.
  public func number(_ name: String) -> Double {
    guard let value = Double(text(name)) else { preconditionFailure("option \"\(name)\" is not a number") }
    return value
  }

  /// Returns the value of a flag.
  public func flag(_ name: String) -> Bool { text(name) == "true" }
}

/// A plug-in as the command line calls it: `NAME[:key=value,...]`.
///
/// A comma or a backslash inside a value is written `\,` or `\\`; before anything else, a backslash is itself.
struct PluginCall: NotatedFlagValue, CustomStringConvertible {
  let name: String
  /// Keys and values in the given order; a key alone has no value.
  let arguments: [(key: String, value: String?)]
  let description: String

  init(flag text: String) throws(ValidationError) {
    description = text
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.isEmpty else {
      throw ValidationError("expected NAME or NAME:key=value,..., the name first")
    }
    name = String(first)
    guard parts.count == 2 else {
      arguments = []
      return
    }
    var found: [(String, String?)] = []
    for piece in Self.pieces(parts[1]) {
      let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let key = sides.first, !key.isEmpty else {
        throw ValidationError("an option has no name: expected key=value after \(first):")
      }
      found.append((String(key), sides.count == 2 ? String(sides[1]) : nil))
    }
    arguments = found
  }

  /// Returns the call with other values of some options, in its own notation.
  func replacing(_ names: Set<String>, by change: (String) -> String) -> String {
    func escaped(_ value: String) -> String {
      value.replacing("\\", with: "\\\\").replacing(",", with: "\\,")
    }
    let words = arguments.map { key, value in
      key + (value.map { "=\(escaped(names.contains(key) ? change($0) : $0))" } ?? "")
    }
    return words.isEmpty ? description : "\(name):\(words.joined(separator: ","))"
  }

  private static func pieces(_ text: Substring) -> [String] {
    var pieces = [""]
    var isEscaped = false
    for character in text {
      if isEscaped || character != "," && character != "\\" {
        if isEscaped, character != ",", character != "\\" { pieces[pieces.count - 1].append("\\") }
        pieces[pieces.count - 1].append(character)
        isEscaped = false
      } else if character == "," {
        pieces.append("")
      } else {
        isEscaped = true
      }
    }
    if isEscaped { pieces[pieces.count - 1].append("\\") }
    return pieces
  }

  /// Returns the values of the options that a plug-in declares.
  ///
  /// - Parameter what: The flag that the call was given to.
  /// - Throws: `ValidationError` naming an option that is unknown, missing or of the wrong type.
  func options(_ declared: [PluginOption], for what: String) throws -> PluginOptions {
    var values: [String: String] = [:]
    for (key, value) in arguments {
      guard let option = declared.first(where: { $0.name == key }) else {
        let known =
          declared.isEmpty ? "it has none" : "it has " + declared.map(\.name).joined(separator: ", ")
        throw ValidationError(
          "\(what) \(self): \(name) has no option \"\(key)\": \(known)"
            + suggestion(for: key, among: declared.map(\.name)))
      }
      guard let value = value ?? (option.kind == .flag ? "true" : nil) else {
        throw ValidationError("\(what) \(self): option \"\(key)\" requires a value: \(key)=...")
      }
      guard PluginOption.suits(value, option.kind) else {
        let wanted = [
          PluginOption.Kind.integer: "a whole number", .number: "a number", .flag: "true or false",
        ][option.kind]
        throw ValidationError(
          "\(what) \(self): option \"\(key)\" must be \(wanted ?? "text"), not \"\(value)\"")
      }
      guard values.updateValue(value, forKey: key) == nil else {
        throw ValidationError("\(what) \(self): option \"\(key)\" is given twice")
      }
    }
    for option in declared where values[option.name] == nil {
      guard let value = option.defaultValue else {
        throw ValidationError(
          "\(what) \(self): option \"\(option.name)\" is missing: \(option.help)")
      }
      values[option.name] = value
    }
    return PluginOptions(values)
  }
}
