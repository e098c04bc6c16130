import ArgumentParser
import Platform
import Sequences
import Timestep

/// A data set file: flags of any command as a JSON object, with paths relative to the file.
///
/// ```json
/// {"features": "*/acc.csv", "labels-from": "folder", "batch-size": 16, "missing": ["NA"]}
/// ```
struct DataSetFile {
  /// A key with its value.
  private struct Entry {
    let name: String
    let place: LocatedJSON.Place
    let value: LocatedJSON
  }

  /// The path of the file.
  let path: String
  private let entries: [Entry]
  /// True if the flags come from the data contract of a model.
  private let isOfModel: Bool

  /// Returns true if there is a plain file at `path` whose first byte, apart from blanks, is `{`.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  static func isOne(_ path: String) throws -> Bool {
    var beginning = try OpenFile.beginning(of: path, count: 4096)[...]
    if beginning.starts(with: [0xEF, 0xBB, 0xBF]) { beginning = beginning.dropFirst(3) }
    return beginning.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
  }

  /// Reads a file.
  ///
  /// - Throws: `RecordError` about text that is not JSON, a key that no command knows, a key that occurs twice, or a value
  ///   of the wrong type; `FileError` if the file cannot be read.
  init(_ path: String) throws {
    (self.path, isOfModel) = (path, false)
    let bytes = try MappedFile(path).withBytes { Array($0) }
    let document = try LocatedJSON(bytes, path: path)
    guard case .object(let members) = document.content else {
      throw RecordError(
        .malformed, path: path, line: document.place.line, column: document.place.column,
        "the file is not a data set file: expected an object of flags in braces, found \(document.description)"
      )
    }
    var lines: [String: Int] = [:]
    entries = try members.map { member in
      func fault(_ problem: String) -> RecordError {
        RecordError(
          .mismatch, path: path, line: member.place.line, column: member.place.column, problem)
      }
      let key = "\"\(escapedText(member.key.utf8))\""
      guard FlagDefinition.all.contains(where: { $0.name == member.key && $0.isForFiles }) else {
        let bare = member.key.hasPrefix("--") ? String(member.key.dropFirst(2)) : member.key
        throw fault(
          "no command knows the key \(key): expected the name of a flag, without hyphens"
            + (nearestName(to: bare, among: Set(FlagDefinition.all.filter(\.isForFiles).map(\.name)))
              .map { "; did you mean \"\($0)\"?" } ?? ""))
      }
      if let line = lines.updateValue(member.place.line, forKey: member.key) {
        throw fault(
          "the key \(key) occurs twice: expected it once, found it in line \(line) too; leave one out")
      }
      return Entry(name: member.key, place: member.place, value: member.value)
    }
    for entry in entries {
      for definition in FlagDefinition.all where definition.name == entry.name && definition.isForFiles {
        _ = try values(of: entry, as: definition)
      }
    }
  }

  /// Reads how files are written from the data contract of a model; without flags, if there is no such model, whose command
  /// reports it, or it says nothing.
  init(ofModel path: String) {
    (self.path, isOfModel) = (path, true)
    var members: [LocatedJSON.Member] = []
    if let text = try? SafetensorsFile.metadata(of: path)["contract"],
      case .object(let contract)? = (try? LocatedJSON(Array(text.utf8), path: path))?.content,
      case .object(let settings)? = contract.first(where: { $0.key == "fileSettings" })?.value.content
    {
      members = settings
    }
    // A later version may store flags that this one does not know.
    entries = members.filter { FlagDefinition.named($0.key)?.isFileSetting == true }.map {
      Entry(name: $0.key, place: $0.place, value: $0.value)
    }
  }

  /// The toggles that are false: a model does not turn them on.
  var turnedOff: Set<String> {
    Set(
      entries.compactMap { entry in
        if case .boolean(false) = entry.value.content { entry.name } else { nil }
      })
  }

  /// Returns the flags that a command takes, in the order of the file, with paths relative to the working directory.
  func flags(of command: FlagDefinition.Command) throws -> [GivenFlags.Flag] {
    try flags { name in
      FlagDefinition.named(name, of: command).flatMap { $0.isForFiles ? $0 : nil }
    }
  }

  /// Returns the flags for which `definition` returns a definition.
  func flags(defined definition: (String) -> FlagDefinition?) throws -> [GivenFlags.Flag] {
    try entries.flatMap { entry -> [GivenFlags.Flag] in
      guard let definition = definition(entry.name) else { return [] }
      let origin: GivenFlags.Origin = isOfModel ? .model(path) : .file(path, entry.place)
      return try values(of: entry, as: definition).map { value in
        GivenFlags.Flag(definition: definition, value: value, origin: origin)
      }
    }
  }

  /// Returns the values of a flag, as words of the command line; a toggle that is true has one, which is `nil`.
  private func values(of entry: Entry, as definition: FlagDefinition) throws -> [String?] {
    if definition.kind == .toggle {
      guard case .boolean(let isOn) = entry.value.content else {
        throw wrongType(entry, entry.value, expected: "true or false")
      }
      return isOn ? [nil] : []
    }
    if definition.isRepeated, case .list(let values) = entry.value.content {
      return try values.map { try word($0, of: entry, definition) }
    }
    return [try word(entry.value, of: entry, definition)]
  }

  private func word(_ value: LocatedJSON, of entry: Entry, _ definition: FlagDefinition) throws -> String {
    switch (definition.kind, value.content) {
    case (.integer, .number(let digits)) where Int(digits) != nil || UInt64(digits) != nil: return digits
    case (.number, .number(let digits)): return digits
    case (.text, .text(let text)):
      if isOfModel { return text }
      return definition.path == nil
        ? PluginRegistry.current.changingPaths(in: text, of: definition.name, by: path(of:)) : path(of: text)
    case (.text, .number(let digits)):
      throw wrongType(entry, value, expected: Self.expectation(definition), remedy: "; write \"\(digits)\"")
    case (.text, .list):
      throw wrongType(
        entry, value, expected: Self.expectation(definition), remedy: "; write several as one text: \"a,b\"")
    case (_, .text(let text)) where definition.kind != .text && Double(text) != nil:
      throw wrongType(
        entry, value, expected: Self.expectation(definition), remedy: "; write it without quotes")
    default: throw wrongType(entry, value, expected: Self.expectation(definition))
    }
  }

  private static func expectation(_ definition: FlagDefinition) -> String {
    switch definition.kind {
    case .toggle: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .text: definition.isRepeated ? "a text or a list of texts" : "a text"
    }
  }

  private func wrongType(
    _ entry: Entry, _ value: LocatedJSON, expected: String, remedy: String = ""
  ) -> RecordError {
    RecordError(
      .mismatch, path: path, line: value.place.line, column: value.place.column,
      "the value of \"\(entry.name)\" has the wrong type: expected \(expected), found \(value.description)\(remedy)"
    )
  }

  /// Returns a path that is relative to the file as one that is relative to the working directory.
  private func path(of relative: String) -> String {
    guard !relative.hasPrefix("/"), !relative.isEmpty, let slash = path.lastIndex(of: "/") else {
      return relative
    }
    let directory = path[...slash]
    // In a pattern, the directory is meant as it is.
    guard relative.contains(where: { "*?[".contains($0) }) else { return directory + relative }
    return directory.reduce(into: "") { $0 += "*?[\\".contains($1) ? "\\\($1)" : "\($1)" } + relative
  }
}
