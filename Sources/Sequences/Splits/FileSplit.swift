import Platform

/// The files of a directory, sorted by path, with numbers inside names in numeric order.
///
/// The pairing key is the path relative to the directory, without the extension: `left/run_2` for
/// `data/left/run_2.csv`, or for `data/left/run_2.csv.gz`, since compressed files count as what they contain. The directory
/// may be an archive, or a directory in one: `data.zip`, `data.tar.gz:left`. Hidden files and directories (`.name`) are ignored. Nothing is ever created.
public struct FileSplit: InputSplit, Hashable {
  /// The directory.
  public var directory: String? { folder }
  private let folder: String
  /// The file extensions to include, without dot; `nil` for all files.
  public let extensions: [String]?
  /// True if files in subdirectories belong to the split too.
  public let recursive: Bool

  /// Makes a split of the files in `directory`.
  ///
  /// - Parameters:
  ///   - directory: The directory of the files.
  ///   - extensions: The file extensions to include, with or without dot, such as `csv`; `nil` for all files.
  ///   - recursive: True if files in subdirectories belong to the split too.
  public init(_ directory: String, extensions: [String]? = nil, recursive: Bool = true) {
    precondition(extensions?.isEmpty != true, "an empty list of extensions; leave it out for all files")
    folder = directory
    self.extensions = extensions?.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }
    self.recursive = recursive
  }

  /// Returns the files, sorted by path.
  ///
  /// - Throws: `RecordError` if the directory is missing, is a file, or has no matching file, or if two files
  ///   differ only in their extensions; `FileError` if a directory cannot be listed.
  public func locations() throws -> [SequenceLocation] {
    let folder = try FileTree.directory(folder)
    switch try FileTree.kind(of: folder) {
    case .directory: break
    case .missing:
      throw RecordError(
        .missingFile, path: folder,
        "there is no such directory: expected a directory of data files, found nothing; "
          + "check the name and the working directory")
    case .file:
      throw RecordError(
        .missingFile, path: folder,
        "a file where a directory was expected: expected a directory of data files, found a file; "
          + "name the directory that contains it")
    }
    var names: [String] = []
    try collect(inside: "", of: folder, below: [], into: &names)
    guard !names.isEmpty else {
      let wanted = extensions.map { $0.map { "*.\($0)" }.joined(separator: " or ") } ?? "any name"
      throw RecordError(
        .missingFile, path: folder,
        "the directory contains no data file: expected files of \(wanted), found none; "
          + "check the directory and the extensions")
    }
    let locations = names.sorted(by: naturallyPrecedes).map {
      SequenceLocation(path: FileTree.join(folder, $0), key: withoutExtension($0))
    }
    try checkDistinctKeys(locations)
    return locations
  }

  /// Adds the files in a subdirectory; `prefix` is its path relative to `folder`, empty or ending in a slash.
  private func collect(
    inside prefix: String, of folder: String, below: Set<Directory.Identity>, into names: inout [String]
  ) throws {
    let here = prefix.isEmpty ? folder : FileTree.join(folder, String(prefix.dropLast()))
    // A symbolic link to a parent directory would cause an endless loop; its files are already in the list. Directories
    // in archives have no identity, and no such links.
    var below = below
    if let identity = try Directory.identity(of: here), !below.insert(identity).inserted { return }
    let entries = try FileTree.entries(in: here) { name throws(FileError) in
      if isWanted(name) { throw .foreignName(FileTree.join(here, name)) }
    }
    for name in entries.map(\.name).sorted(by: naturallyPrecedes) where !name.hasPrefix(".") {
      switch try FileTree.kind(of: FileTree.join(here, name)) {
      case .directory:
        guard recursive else { continue }
        try collect(inside: "\(prefix)\(name)/", of: folder, below: below, into: &names)
      case .file:
        if isWanted(name) { names.append(prefix + name) }
      case .missing:
        guard isWanted(name) else { continue }
        throw RecordError(
          .missingFile, path: FileTree.join(here, name),
          "a symbolic link points to nothing: expected a file, found none; "
            + "restore the file or remove the link")
      }
    }
  }

  private func isWanted(_ name: String) -> Bool {
    guard let extensions else { return true }
    func isWanted(_ name: String) -> Bool {
      let lowercased = name.lowercased()
      return extensions.contains { lowercased.hasSuffix("." + $0.lowercased()) }
    }
    if isWanted(name) { return true }
    let plain = Compression.withoutExtension(name[...])
    return plain.endIndex < name.endIndex && isWanted(String(plain))
  }

  /// Returns the key of the file called `name`: the whole extension is removed, so `x.csv.txt` with
  /// "csv.txt" is `x`.
  private func withoutExtension(_ name: String) -> String {
    func withoutWanted(_ name: String) -> String? {
      let lowercased = name.lowercased()
      return extensions?.filter { lowercased.hasSuffix("." + $0.lowercased()) }
        .max { $0.utf8.count < $1.utf8.count }.map { String(name.dropLast($0.count + 1)) }
    }
    if let key = withoutWanted(name) { return key }
    let plain = String(Compression.withoutExtension(name[...]))
    if let key = withoutWanted(plain) { return key }
    guard let dot = plain.lastIndex(of: "."), !plain[dot...].contains("/") else { return plain }
    return String(plain[..<dot])
  }
}
