import ArgumentParser
import CSV
import Platform
import Sequences
import Timestep

/// The data files at a location: below a directory or in an archive, those of a pattern, or one file.
struct FolderSurvey {
  /// A data file.
  struct File: Hashable {
    /// The path as commands take it.
    let path: String
    /// The path of its directory relative to the location; empty for the location itself.
    let directory: String
    /// The name without extensions.
    let stem: String
    /// The extensions with their points: ".csv", ".csv.gz".
    let suffix: String

    /// Returns the file as it is below some directories of the location.
    fileprivate func below(_ depth: Int) -> File {
      if depth == 0 { return self }
      let directory = directory.split(separator: "/").dropFirst(depth).joined(separator: "/")
      return File(path: path, directory: directory, stem: stem, suffix: suffix)
    }

    /// The path relative to the location.
    var relativePath: String { (directory.isEmpty ? "" : "\(directory)/") + stem + suffix }
  }

  /// The location as it was given, without slashes at its end; of a directory that holds nothing but an archive, or another
  /// directory, this.
  let location: String
  /// The path that those of files begin with: the location, and a colon after an archive.
  let root: String
  /// True if the location is a directory or an archive.
  let isDirectory: Bool
  /// The files, sorted by path.
  let files: [File]
  /// The number of files that are not read, by their extension.
  let ignored: [String: Int]

  /// The extensions of data files that directories are read for.
  static let directoryExtensions: Set<String> = [".csv", ".tsv", ".txt"]
  /// Further extensions of text files with rows.
  private static let otherExtensions: Set<String> = [".dat", ".data", ".asc", ".tab"]
  private static let compressions: Set<String> = [".gz", ".zst"]

  /// Lists the files at `location`.
  ///
  /// - Throws: `RecordError` or `FileError` if there is nothing to read.
  init(_ location: String) throws {
    var location = location
    while location.count > 1, location.hasSuffix("/") { location.removeLast() }
    if let archive = try Self.onlyArchive(in: location) { location = archive }
    let root = try FileTree.directory(location)
    isDirectory = try FileTree.kind(of: root) == .directory
    guard isDirectory else {
      (self.location, self.root) = (location, root)
      // A pattern, or one file, which is told from a missing one here.
      let options = try DataOptions.parse([])
      let split = try options.split(location)
      let locations = try split.locations()
      if locations.count == 1, try FileTree.kind(of: locations[0].path) == .missing {
        throw RecordError(
          .missingFile, path: location,
          "there is no such file or directory: expected data to inspect, found nothing; check the name and the working "
            + "directory")
      }
      files = locations.map { Self.file($0.path, below: split.directory ?? "") }
      ignored = [:]
      return
    }
    var (paths, others) = ([File](), [String: Int]())
    var unknown: [String: [File]] = [:]
    func collect(_ directory: String, depth: Int) throws {
      let here = directory.isEmpty ? root : FileTree.join(root, directory)
      for (name, kind) in try FileTree.entries(in: here) where !name.hasPrefix(".") {
        let relative = directory.isEmpty ? name : "\(directory)/\(name)"
        switch try kind ?? FileTree.kind(of: FileTree.join(here, name)) {
        case .directory: if depth < 16 { try collect(relative, depth: depth + 1) }
        case .missing: break
        case .file:
          let (stem, suffix) = Self.parts(of: name)
          let file = File(path: FileTree.join(here, name), directory: directory, stem: stem, suffix: suffix)
          let plain = Self.plainSuffix(suffix)
          if Self.directoryExtensions.contains(plain) || Self.otherExtensions.contains(plain) {
            paths.append(file)
          } else {
            unknown[suffix, default: []].append(file)
          }
        }
      }
    }
    try collect("", depth: 0)
    // An .arff file beside a .ts file has the same series.
    func rank(_ suffix: String) -> Int {
      switch TSFormat(path: "x\(suffix)") {
      case .ts?: 2
      case .some: 1
      case nil: 0
      }
    }
    // Files that describe themselves have what texts beside them explain, or repeat.
    let hasTextsOnly = paths.allSatisfy { Self.plainSuffix($0.suffix) == ".txt" }
    if hasTextsOnly, unknown.keys.contains(where: { rank($0) > 0 }) {
      for file in paths { unknown[file.suffix, default: []].append(file) }
      paths = []
    }
    if paths.isEmpty,
      let most = unknown.max(by: {
        (rank($0.key), $0.value.count, $1.key) < (rank($1.key), $1.value.count, $0.key)
      })
    {
      paths = most.value
      unknown[most.key] = nil
    }
    guard !paths.isEmpty else {
      throw RecordError(
        .missingFile, path: location,
        "the directory contains no file: expected data to inspect, found none; check the name and the working directory"
      )
    }
    for (suffix, files) in unknown { others[suffix] = files.count }
    ignored = others
    if paths.count == 1, !paths[0].directory.isEmpty, MemberPath.isArchiveName(paths[0].path) {
      let inner = try FolderSurvey(FileTree.join(root, paths[0].directory))
      (self.location, self.root, files) = (inner.location, inner.root, inner.files)
      return
    }
    // Folders around the data, as archives have them, say nothing of it.
    var (inner, depth) = (root, 0)
    let directories = Set(paths.map(\.directory)).map { $0.split(separator: "/") }
    while let top = directories.first?.dropFirst(depth).first,
      directories.allSatisfy({ $0.dropFirst(depth).first == top })
    {
      (inner, depth) = (FileTree.join(inner, String(top)), depth + 1)
    }
    (self.location, self.root) = (depth == 0 ? location : inner, inner)
    files = paths.map { $0.below(depth) }.sorted { $0.path < $1.path }
  }

  private init(_ folder: FolderSurvey, files: [File]) {
    (location, root, isDirectory, self.files, ignored) = (
      folder.location, folder.root, folder.isDirectory, files, folder.ignored
    )
  }

  /// Returns the survey of some of the files.
  func only(_ files: [File]) -> FolderSurvey { FolderSurvey(self, files: files) }

  /// Returns the path, as commands take it, of what is at a path relative to the location.
  func path(_ relative: String) -> String { relative.isEmpty ? location : FileTree.join(root, relative) }

  /// Returns the archive that a directory holds if it holds no other file and no directory; `nil` otherwise.
  private static func onlyArchive(in directory: String) throws -> String? {
    guard try Directory.kind(of: directory) == .directory else { return nil }
    let entries = try Directory.entries(in: directory).filter { !$0.name.hasPrefix(".") }
    guard entries.count == 1, MemberPath.isArchiveName(entries[0].name) else { return nil }
    let path = "\(directory)/\(entries[0].name)"
    return try Directory.kind(of: path) == .file ? path : nil
  }

  /// Returns files that stand for all, evenly spaced.
  static func sample(_ files: [File], count: Int) -> [File] {
    if files.count <= count { return files }
    return (0..<count).map { files[$0 * (files.count - 1) / (count - 1)] }
  }

  /// Returns the extension of a name without that of a compression, in lower case.
  static func plainSuffix(_ suffix: String) -> String {
    let lowered = suffix.lowercased()
    for compression in compressions where lowered.hasSuffix(compression) && lowered != compression {
      return String(lowered.dropLast(compression.count))
    }
    return lowered
  }

  private static func file(_ path: String, below directory: String) -> File {
    let prefix =
      directory.isEmpty || directory.hasSuffix("/") || directory.hasSuffix(":") ? directory : "\(directory)/"
    let relative = path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    let slash = relative.lastIndex(of: "/")
    let name = slash.map { String(relative[relative.index(after: $0)...]) } ?? relative
    let (stem, suffix) = parts(of: name)
    return File(
      path: path, directory: slash.map { String(relative[..<$0]) } ?? "", stem: stem, suffix: suffix)
  }

  private static func parts(of name: String) -> (stem: String, suffix: String) {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return (name, "") }
    var stem = name[..<dot]
    if compressions.contains(name[dot...].lowercased()), let inner = stem.lastIndex(of: "."),
      inner > stem.startIndex
    {
      stem = stem[..<inner]
    }
    return (String(stem), String(name[stem.endIndex...]))
  }
}
