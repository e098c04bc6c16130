import CSV
import Platform
import Sequences

// Recognizes files that describe themselves, which need no flags about their form.
extension TSFormat {
  /// The extensions that directories are read for where they contain no CSV files.
  static let extensions = allCases.map(\.rawValue)

  /// Returns true if a value of `--features` names `.ts` or `.arff` files.
  static func isFormat(ofFiles text: String) -> Bool {
    guard let text = try? FileTree.directory(text), let kind = try? FileTree.kind(of: text) else {
      return false
    }
    if kind == .directory { return isAlone(below: text) }
    if TSFormat(path: text) != nil { return true }
    // Only the files tell what a pattern without an extension names.
    guard kind == .missing, text.hasSuffix("*"), let first = try? GlobSplit(text).locations().first else {
      return false
    }
    return TSFormat(path: first.path) != nil
  }

  /// Returns true if a directory contains such files, and no CSV files.
  static func isAlone(below directory: String) -> Bool {
    var isFound = false
    /// Returns false if there is a CSV file.
    func look(in directory: String, depth: Int) -> Bool {
      guard let entries = try? FileTree.entries(in: directory) else { return true }
      var inner: [String] = []
      for (name, kind) in entries where !name.hasPrefix(".") {
        let plain = Compression.withoutExtension(name[...]).lowercased()
        if DataOptions.rowExtensions.contains(where: { plain.hasSuffix(".\($0)") }) { return false }
        if TSFormat(path: name) != nil {
          isFound = true
        } else if kind == .directory || kind == nil {
          inner.append(FileTree.join(directory, name))
        }
      }
      return depth == 0 || inner.allSatisfy { look(in: $0, depth: depth - 1) }
    }
    return look(in: directory, depth: 16) && isFound
  }
}
