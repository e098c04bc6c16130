import Platform

/// The texts by which tables name the sequences of a reader.
///
/// A sequence is named by its key, by the path of its file (as given, or relative to the directory of the split, with or
/// without extensions), or, if no other sequence has the same one, by the name of its file or of its group.
package struct SequenceNames: Sendable {
  private var exact: [String: [Int32]] = [:]
  private var short: [String: [Int32]] = [:]

  /// Lists the names of the sequences of `reader`.
  package init(_ reader: any SequenceRecordReader) {
    for index in 0..<reader.count {
      let parts = Parts(of: index, in: reader)
      let source = reader.source(of: index)
      var names: Set<String> = [source.key, reader.exampleKey(of: index)]
      if parts.group == nil {
        names.formUnion([parts.relativePath, source.path].flatMap { [$0, Self.uncompressed($0)] })
      }
      for name in names { exact[name, default: []].append(Int32(index)) }
      var own = parts.group.map { [$0] } ?? [parts.name, Self.uncompressed(parts.name), parts.stem]
      // The number of a numbered file is named as it is written, too: 007 for the key 7.
      if parts.group == nil, let number = Int(source.key) {
        own += parts.stem.split { !$0.isASCII || !$0.isNumber }.filter { Int($0) == number }.map(String.init)
      }
      for name in Set(own) where !names.contains(name) {
        short[name, default: []].append(Int32(index))
      }
    }
  }

  /// Returns the name of a compressed file without the extension that says so: `x.csv` for `x.csv.gz`.
  private static func uncompressed(_ name: String) -> String {
    let end = [".gz", ".zst"].first { name.hasSuffix($0) && name.dropLast($0.count).contains(".") }
    return end.map { String(name.dropLast($0.count)) } ?? name
  }

  /// Returns the sequences that a text names: one, none, or several if it is not clear which one is meant.
  package func sequences(named text: String) -> [Int] {
    let plain = text.hasPrefix("./") ? String(text.dropFirst(2)) : text
    return (exact[plain] ?? short[plain] ?? []).map { Int($0) }
  }

  /// Returns the path of a sequence's file relative to the directory of its split, with its extensions; the sequence of a
  /// grouped file adds `:GROUP`.
  static func relativePath(of index: Int, in reader: any SequenceRecordReader) -> String {
    let parts = Parts(of: index, in: reader)
    return parts.relativePath + (parts.group.map { ":\($0)" } ?? "")
  }

  /// Returns the name of the folder of a sequence's file, below the directory of its split, which may be an archive; `nil`
  /// if the file is in that directory itself.
  static func folder(of index: Int, in reader: any SequenceRecordReader) -> String? {
    let parts = Parts(of: index, in: reader).relativePath.split(separator: "/")
    return parts.count > 1 ? String(parts[parts.count - 2]) : nil
  }

  /// The parts of the name of a sequence.
  private struct Parts {
    /// The name of the file, with and without extensions.
    let name, stem: String
    /// The path relative to the directory of the split.
    let relativePath: String
    /// The group within a file; `nil` if the sequence is a whole file.
    let group: String?

    init(of index: Int, in reader: any SequenceRecordReader) {
      let path = reader.source(of: index).path
      // An archive is a directory too.
      let directory = path[..<MemberPath.directoryEnd(in: path)]
      name = String(path[directory.endIndex...])
      stem = SequenceLocation(path: path, key: "").exampleKey(below: String(directory))
      let (key, suffix) = (reader.exampleKey(of: index), name.dropFirst(stem.count))
      let file = key.firstRange(of: "\(stem):")
      if let file, file.lowerBound == key.startIndex || key[key.index(before: file.lowerBound)] == "/" {
        let end = key.index(before: file.upperBound)
        relativePath = "\(key[..<end])\(suffix)"
        group = String(key[file.upperBound...])
      } else {
        // The keys of other readers are no paths.
        relativePath = key == stem || key.hasSuffix("/\(stem)") ? "\(key)\(suffix)" : name
        group = nil
      }
    }
  }
}
