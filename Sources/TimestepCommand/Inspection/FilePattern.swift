import Platform
import Sequences
import Timestep

/// A value of `--features` or `--labels` that names some files and no others.
struct FilePattern {
  /// The value: a directory, a numbered pattern, a glob or a file.
  let text: String
  /// What it is, in words.
  let reason: String
  /// The number of names in the path of a directory below the location; `nil` if the value is another one.
  private(set) var depth: Int?
  /// True if the names of series are paths below the location.
  let isRooted: Bool

  /// Finds a value for `files`, which are not empty.
  ///
  /// - Parameters:
  ///   - folder: All files.
  ///   - keepsDirectory: False if a pattern is needed even where a directory would do.
  ///   - isRooted: True if the names of series must be paths below the location.
  ///   - depth: The number of names in the path of a directory; `nil`: as many as the files have in common.
  /// - Returns: `nil` if no value names these files alone.
  init?(
    _ files: [FolderSurvey.File], in folder: FolderSurvey, keepsDirectory: Bool = true,
    isRooted: Bool = false,
    depth: Int? = nil
  ) {
    guard let first = files.first else { return nil }
    self.isRooted = isRooted
    if !folder.isDirectory {
      (text, reason) = (folder.location, files.count == 1 ? "the file" : "\(files.count) files")
      return
    }
    let directories = Set(files.map(\.directory))
    let isReadable = files.allSatisfy {
      FolderSurvey.directoryExtensions.contains(FolderSurvey.plainSuffix($0.suffix))
    }
    func isAll(below directory: String) -> Bool {
      let inside = folder.files.count {
        directory.isEmpty || $0.directory == directory || $0.directory.hasPrefix("\(directory)/")
      }
      return inside == files.count
    }
    if keepsDirectory, isReadable, files.count > 1 {
      if isAll(below: "") {
        (text, reason) = (folder.location, "\(files.count) files below the directory")
        return
      }
      let shared = Self.commonDirectory(of: directories).split(separator: "/")
      let common = shared.prefix(depth ?? shared.count).joined(separator: "/")
      if !isRooted, !common.isEmpty, isAll(below: common) {
        (text, reason) = (folder.path(common), "\(files.count) files below the directory")
        self.depth = min(depth ?? shared.count, shared.count)
        return
      }
    }
    if files.count == 1, !isRooted {
      (text, reason) = (first.path, "the file")
      return
    }
    guard let pattern = Self.pattern(files, directories, in: folder, isRooted: isRooted) else { return nil }
    (text, reason) = (
      pattern.text, "\(files.count) files\(pattern.isNumbered ? ", numbered without gaps" : "")"
    )
  }

  private static func pattern(
    _ files: [FolderSurvey.File], _ directories: Set<String>, in folder: FolderSurvey, isRooted: Bool
  ) -> (text: String, isNumbered: Bool)? {
    guard let (suffix, suffixPattern) = Self.suffix(of: files) else { return nil }
    // Some files may be compressed.
    let isOne = suffixPattern == escaped(suffix)
    var prefix = Self.prefix(of: folder)
    if directories.count == 1, !isRooted {
      let directory = directories.first ?? ""
      if !directory.isEmpty { prefix += escaped(directory) + "/" }
    } else {
      guard let depth = depth(of: directories) else { return nil }
      prefix += String(repeating: "*/", count: depth)
    }
    guard let table = NameTable(files.map(\.stem)), table.names.count == files.count else {
      let glob = "\(prefix)*\(suffixPattern)"
      return names(glob, files, in: folder) ? (glob, false) : nil
    }
    let varying = table.values.indices.filter { table.values[$0].count > 1 }
    if isOne, !isRooted, directories.count == 1, varying.count == 1, let index = varying.first,
      let placeholder = placeholder(Array(table.values[index].keys))
    {
      let stem = table.names[0].replacing(index, with: placeholder)
      let directory = directories.first.map { $0.isEmpty ? "" : "\($0)/" } ?? ""
      let fixed = table.names[0].replacing(index, with: "")
      if !(folder.root + directory + fixed).contains("%") {
        return (folder.path("\(directory)\(stem)\(suffix)"), true)
      }
    }
    var stem = ""
    for (index, piece) in table.names[0].pieces.enumerated() {
      let isVarying = varying.contains(index)
      if isVarying, stem.hasSuffix("*") { continue }
      stem += isVarying ? "*" : escaped(piece.text)
    }
    let glob = prefix + stem + suffixPattern
    return names(glob, files, in: folder) ? (glob, false) : nil
  }

  /// Makes the pattern of files of which each folder of a series has one; `nil` if it would name others too.
  init?(_ files: [FolderSurvey.File], in folder: FolderSurvey, keys: FolderKeys) {
    guard let first = files.first, let (suffix, suffixPattern) = Self.suffix(of: files),
      let own = keys.pattern
    else { return nil }
    (isRooted, reason) = (false, "a file of each folder")
    let isNumbered = own.contains("%")
    func escaped(_ text: String) -> String { isNumbered ? text : Self.escaped(text) }
    let path = keys.directory(of: first, own, escaped: escaped) + "/" + escaped(first.stem)
    if isNumbered {
      text = folder.path(path + suffix)
      guard suffixPattern == Self.escaped(suffix), text.count(where: { $0 == "%" }) == 1 else { return nil }
    } else {
      text = Self.prefix(of: folder) + path + suffixPattern
      guard Self.names(text, files, in: folder) else { return nil }
    }
  }

  /// Returns the extension of files, and as a glob: some of them may be compressed; `nil` if they have different ones.
  private static func suffix(of files: [FolderSurvey.File]) -> (plain: String, pattern: String)? {
    let suffixes = Set(files.map(\.suffix))
    guard let suffix = suffixes.min(by: { ($0.count, $0) < ($1.count, $1) }) else { return nil }
    if suffixes.count == 1 { return (suffix, escaped(suffix)) }
    guard suffixes.allSatisfy({ $0.hasPrefix(suffix) && FolderSurvey.plainSuffix($0) == suffix }) else {
      return nil
    }
    return (suffix, escaped(suffix) + "*")
  }

  /// Returns the beginning of the paths of files as a glob; the name of an archive is not part of it.
  private static func prefix(of folder: FolderSurvey) -> String {
    let archive = MemberPath(folder.root)?.archive
    let prefix =
      archive.map { "\($0):" + escaped(String(folder.root.dropFirst($0.count + 1))) } ?? escaped(folder.root)
    return folder.root.last == ":" ? prefix : prefix + "/"
  }

  /// Returns the innermost directory that contains all of some directories; empty if there is none.
  private static func commonDirectory(of directories: Set<String>) -> String {
    let paths = directories.map { $0.split(separator: "/") }
    guard var common = paths.first else { return "" }
    for path in paths {
      common = Array(zip(common, path).prefix { $0 == $1 }.map(\.0))
    }
    return common.joined(separator: "/")
  }

  /// Returns the number of names in each of the paths; `nil` if it is not the same in all.
  private static func depth(of directories: Set<String>) -> Int? {
    let depths = Set(directories.map { $0.isEmpty ? 0 : $0.split(separator: "/").count })
    return depths.count == 1 ? depths.first : nil
  }

  /// Returns true if a pattern names exactly these files.
  private static func names(_ glob: String, _ files: [FolderSurvey.File], in folder: FolderSurvey) -> Bool {
    let pattern = GlobPattern(glob)
    guard pattern.hasWildcard else { return false }
    return folder.files.count { pattern.key(of: $0.path) != nil } == files.count
  }

  /// Returns the placeholder of consecutive numbers; `nil` if there are gaps, or they are padded in several ways.
  static func placeholder(_ texts: [String]) -> String? {
    let numbers = texts.compactMap { Int($0) }
    guard numbers.count == texts.count, let least = numbers.min(), let greatest = numbers.max(),
      greatest - least == numbers.count - 1
    else { return nil }
    let isPadded = texts.contains { $0.count > 1 && $0.hasPrefix("0") }
    if !isPadded { return "%d" }
    let widths = Set(texts.map(\.count))
    guard widths.count == 1, let width = widths.first, width < 10 else { return nil }
    return "%0\(width)d"
  }

  /// Returns a text as a glob that matches it alone.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += "*?[\\".contains($1) ? "\\\($1)" : "\($1)" }
  }
}
