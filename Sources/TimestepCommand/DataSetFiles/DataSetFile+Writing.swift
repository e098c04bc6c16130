import ArgumentParser
import Platform
import Timestep

// Writes flags as a data set file.
extension DataSetFile {
  /// Returns flags as the text of a data set file at `path`, in the order of the help, one key per line.
  ///
  /// Paths become relative to the file; absolute ones stay.
  ///
  /// - Throws: `ValidationError` about a value that JSON has no number for; `FileError` if the working directory or that
  ///   of the file cannot be examined.
  static func text(of flags: [GivenFlags.Flag], at path: String) throws -> String {
    let directory = try Directory.absolutePath(of: Directory.parts(of: path).directory)
    let here = try Directory.absolutePath(of: ".")
    let given = Dictionary(grouping: flags) { $0.definition.name }
    var written: Set<String> = []
    var lines: [String] = []
    for name in FlagDefinition.all.map(\.name) where written.insert(name).inserted {
      guard let flags = given[name], let definition = flags.first?.definition else { continue }
      let values = try flags.map { flag -> String in
        guard let value = flag.value else { return "true" }
        switch definition.kind {
        case .toggle: return "true"
        case .integer, .number: return try number(value, of: definition)
        case .text:
          func relative(_ path: String) -> String { relativePath(of: path, from: here, to: directory) }
          return jsonString(
            definition.path == nil
              ? PluginRegistry.current.changingPaths(in: value, of: name, by: relative) : relative(value))
        }
      }
      let text =
        definition.isRepeated && values.count != 1
        ? "[\(values.joined(separator: ", "))]" : values.last ?? "true"
      lines.append("  \(jsonString(name)): \(text)")
    }
    return lines.isEmpty ? "{}\n" : "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }

  /// Writes flags to a data set file, which appears complete or not at all.
  static func write(_ flags: [GivenFlags.Flag], to path: String) throws {
    let writer = try FileWriter(path)
    try writer.write(text(of: flags, at: path))
    try writer.commit()
  }

  /// Returns a number of the command line, which may be `.5` or `0x10`, in the notation of JSON.
  private static func number(_ text: String, of definition: FlagDefinition) throws -> String {
    if let value = Int(text) { return "\(value)" }
    if let value = UInt64(text) { return "\(value)" }
    let isPlain = text.first != "." && text.utf8.allSatisfy { "0123456789.e-".utf8.contains($0) }
    if isPlain, (try? LocatedJSON(Array(text.utf8), path: "")) != nil { return text }
    guard let value = Double(text), value.isFinite else {
      throw ValidationError(
        "\(definition.spelling) \(text) cannot be written to a file: expected a finite number, found \(text)")
    }
    return "\(value)"
  }

  /// Returns a path that is relative to the directory `here` as one that is relative to `directory`.
  ///
  /// Both are absolute and without symbolic links, so that `..` is the directory around.
  static func relativePath(of path: String, from here: String, to directory: String) -> String {
    if path.hasPrefix("/") || path.isEmpty || here == directory { return path }
    func parts(_ path: String) -> [Substring] { path.split(separator: "/") }
    let (target, own) = (parts(here) + parts(path).filter { $0 != "." }, parts(directory))
    var common = zip(target, own).prefix { $0 == $1 }.count
    // The last part of the target is a name in a directory.
    common = min(common, target.count - 1)
    let steps = Array(repeating: ".."[...], count: own.count - common) + target[common...]
    return steps.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
  }
}
