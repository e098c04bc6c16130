import ArgumentParser
import Reports
import Timestep

/// The files that a command writes.
///
/// A command declares all of them before it does anything else, so that a mistake on the command line destroys
/// nothing: no output is an input, no two outputs are one file, and none replaces a file of another kind.
struct OutputFiles {
  /// The kinds of files, by which an existing file is recognized as one that may be replaced.
  enum Kind: String {
    case model, ledger, journal, report, cache
    case predictions = "table of predictions"
    case dataSetFile = "data set file"

    /// True if the file grows while the command runs, instead of being replaced at its end.
    fileprivate var growsInPlace: Bool { self == .ledger || self == .journal }

    /// Returns true if a file is of this kind, in this version of the program or an earlier one.
    fileprivate func recognizes(_ path: String) throws -> Bool {
      let beginning = try OpenFile.beginning(of: path, count: 1 << 16)
      switch self {
      case .ledger: return beginning.starts(with: "{\"action\":".utf8)
      case .journal: return beginning.starts(with: "{\"batch\":".utf8)
      case .predictions:
        let isArchive =
          beginning.starts(with: "PK".utf8) && beginning.dropFirst(30).starts(with: "key.npy".utf8)
        return isArchive || beginning.starts(with: "key,".utf8) || beginning.starts(with: "{\"key\":".utf8)
      case .report: return Page.isReplaceable(beginning)
      case .dataSetFile: return (try? DataSetFile(path)) != nil
      case .model: return isTensorFile(path, "timestep-model", beginning)
      case .cache: return isTensorFile(path, "timestep-sequence-cache", beginning)
      }
    }

    /// Returns true if a file of tensors says that it is of `format`; a damaged one must say so at its beginning.
    private func isTensorFile(_ path: String, _ format: String, _ beginning: [UInt8]) -> Bool {
      // Without its checksum, which takes as long as reading all of it.
      if let metadata = try? SafetensorsFile.metadata(of: path) { return metadata["format"] == format }
      return String(decoding: beginning, as: UTF8.self).contains("\"format\":\"\(format)\"")
    }
  }

  private struct File {
    let flag: String
    let path: String
    let kind: Kind
    /// True if the command creates the directory of the file, if it is missing.
    var isInNewDirectory = false
  }

  /// Files that the command names itself, so that no flag may.
  private struct Reserved {
    let directory: String
    let what: String
    let isReserved: (_ name: String) -> Bool
  }

  /// A directory that the command fills with files, and creates if it is missing.
  private struct Folder {
    let flag: String
    let path: String
  }

  private var files: [File] = []
  private var folders: [Folder] = []
  private var reserved: [Reserved] = []

  /// Adds a file, if the flag was given.
  mutating func add(_ flag: String, _ path: String?, _ kind: Kind) {
    if let path { files.append(File(flag: flag, path: path, kind: kind)) }
  }

  /// Adds a directory in which the command writes files, and the paths of those that are of a kind.
  mutating func add(_ flag: String, directory: String, _ paths: [String], _ kind: Kind) {
    folders.append(Folder(flag: flag, path: directory))
    files += paths.map { File(flag: flag, path: $0, kind: kind, isInNewDirectory: true) }
  }

  /// Keeps names of files in a directory for those that the command writes there.
  ///
  /// - Parameters:
  ///   - directory: The directory.
  ///   - what: One of these files, for messages.
  ///   - isReserved: Returns true for the name of such a file.
  mutating func reserve(
    in directory: String, _ what: String, where isReserved: @escaping (_ name: String) -> Bool
  ) {
    reserved.append(Reserved(directory: directory, what: what, isReserved: isReserved))
  }

  /// The paths, with what they hold.
  var descriptions: [String] { files.map(description) }

  /// The paths of those that exist, with what they hold.
  var existing: [String] {
    files.filter { (try? Directory.kind(of: $0.path)) == .file }.map(description)
  }

  private func description(_ file: File) -> String {
    "\(escapedText(file.path.utf8)) (\(file.kind.rawValue))"
  }

  /// Adds all files and reserved names of `others`.
  mutating func add(contentsOf others: OutputFiles) {
    files += others.files
    folders += others.folders
    reserved += others.reserved
  }

  /// Checks all files, and that they can be written; nothing is changed.
  ///
  /// - Parameters:
  ///   - directory: The directory that the command replaces; `nil`: none.
  ///   - overwriting: True if files of any kind may be replaced, except inputs.
  ///   - inputs: Returns the paths of the files that the command reads.
  /// - Throws: `ValidationError` about two flags that name one file; `FileError` about a file that may not be replaced
  ///   or cannot be written.
  func check(directory: String? = nil, overwriting: Bool, inputs: () -> [String]) throws {
    for (index, file) in files.enumerated() {
      for other in files[..<index] where try isSame(file.path, other.path) {
        throw ValidationError(
          "\(file.flag) and \(other.flag) name the same file: \(file.path); give the \(file.kind.rawValue) its own"
        )
      }
      try check(file, isInside: directory)
      for names in reserved { try check(file, names) }
      for folder in folders
      where try Self.ancestors(of: folder.path).contains(where: { try isSame($0, file.path) }) {
        throw ValidationError(
          "\(file.flag) and \(folder.flag) contradict each other: \(file.path) cannot be both a file and a directory; give "
            + "the \(file.kind.rawValue) its own")
      }
    }
    for folder in folders {
      if let directory, try isInside(folder.path, directory) {
        throw ValidationError(
          "\(folder.flag) \(folder.path) lies in the directory that --output replaces; choose another place for it"
        )
      }
      // Batches with other files among them are never replaced.
      if SavedFolder.isSaved(folder.path) {
        throw FileError(
          path: folder.path,
          problem:
            "holds batches: expected another directory for \(folder.flag), found a manifest of \"timestep convert\"; "
            + "choose another")
      }
    }
    // Found now, not after the first epoch.
    for names in reserved {
      let isThere = try Directory.identity(of: names.directory) != nil
      try checkWritable(isThere ? "\(names.directory)/\(names.what)" : names.directory)
    }
    let existing = try files.compactMap { file in
      try Directory.identity(of: file.path, .file).map { ($0, file) }
    }
    if !existing.isEmpty {
      let known = Dictionary(existing, uniquingKeysWith: { first, _ in first })
      for input in inputs() {
        guard let identity = try Directory.identity(of: input, .file), let file = known[identity],
          try Directory.isPlainFile(input)
        else { continue }
        throw ValidationError(
          "\(file.flag) names a file that is read: \(file.path) is \(input); give the \(file.kind.rawValue) its own"
        )
      }
    }
    for file in files { try check(file, overwriting: overwriting) }
  }

  private func check(_ file: File, isInside directory: String?) throws {
    guard let directory, try isInside(file.path, directory) else { return }
    throw ValidationError(
      "\(file.flag) \(file.path) is, or lies in, the directory that --output replaces; choose another place for the "
        + file.kind.rawValue)
  }

  /// Returns true if a path is that of a directory, or lies in it; neither must exist.
  private func isInside(_ path: String, _ directory: String) throws -> Bool {
    let ancestors = Self.ancestors(of: path)
    guard let place = try Directory.identity(of: directory) else {
      return try ancestors.contains { try isSame($0, directory) }
    }
    guard let existing = try ancestors.first(where: { try Directory.identity(of: $0) != nil }) else {
      return false
    }
    return try lies(existing, inside: place)
  }

  /// The path and those of the directories that it lies in, from the inside.
  private static func ancestors(of path: String) -> [String] {
    var ancestors = [path]
    while let last = ancestors.last, last != ".", last != "/" {
      ancestors.append(Directory.parts(of: last).directory)
    }
    return ancestors
  }

  private func check(_ file: File, _ names: Reserved) throws {
    guard let place = try Directory.place(of: file.path), names.isReserved(place.name),
      try place.directory == Directory.identity(of: names.directory)
    else { return }
    throw ValidationError(
      "\(file.flag) \(file.path) is the name of a \(names.what) in \(names.directory); give the "
        + "\(file.kind.rawValue) a name of its own")
  }

  private func check(_ file: File, overwriting: Bool) throws {
    let isThere = try Directory.isPlainFile(file.path)
    if isThere, !overwriting, FileStamp(file.path)?.size ?? 0 > 0, try !file.kind.recognizes(file.path) {
      throw FileError(
        path: file.path,
        problem: "exists and is not a \(file.kind.rawValue), so it is not replaced; choose another name for "
          + "\(file.flag), or replace it with --overwrite")
    }
    if !isThere, file.isInNewDirectory { return }
    if isThere && file.kind.growsInPlace {
      _ = try LineLog(file.path, keeping: nil)
    } else {
      try checkWritable(file.path)
    }
  }

  /// Creates and drops a temporary file for `path`, and removes those of killed processes.
  private func checkWritable(_ path: String) throws {
    Directory.removeAbandoned(beside: path)
    _ = try FileWriter(path)
  }

  /// Returns true if two paths name one plain file, or would if it were created.
  private func isSame(_ one: String, _ other: String) throws -> Bool {
    if let identity = try Directory.identity(of: one, .file) {
      return try identity == Directory.identity(of: other, .file) && Directory.isPlainFile(one)
    }
    guard let place = try Directory.place(of: one), let another = try Directory.place(of: other) else {
      return one == other
    }
    return place == another
  }
}
