/// The names of series that are folders: s01 of `s01/acc.csv`, or the number in it.
struct FolderKeys: Hashable {
  /// What of the name of a folder is the name of its series.
  private enum Form: Hashable {
    /// All of it.
    case name
    /// The digits, as they are written.
    case digits
    /// The number, without zeros before it.
    case number
  }

  /// The number of folders around these, below the location.
  let depth: Int
  /// The name of the folders as a pattern: `*`, `s*` or `s%02d`; `nil` if no pattern gives these names.
  let pattern: String?
  private let form: Form
  /// What is before and after the digits.
  private var prefix = ""
  private var suffix = ""

  /// True if the names are numbers, which can be those of other things too.
  var areNumbers: Bool { form != .name }

  /// Returns the name of the series that a file belongs to; `nil` if it lies in no such folder.
  func key(of file: FolderSurvey.File) -> String? {
    guard let folder = Self.folder(of: file, at: depth) else { return nil }
    if form == .name { return folder }
    guard folder.count > prefix.count + suffix.count, folder.hasPrefix(prefix), folder.hasSuffix(suffix)
    else {
      return nil
    }
    let digits = String(folder.dropFirst(prefix.count).dropLast(suffix.count))
    return form == .number ? Int(digits).map(String.init) : digits
  }

  /// Returns the name of the folder of the series that a file belongs to; `nil` if it lies in no folder of this depth.
  func folder(of file: FolderSurvey.File) -> String? { Self.folder(of: file, at: depth) }

  /// Returns the path of a file without the folder of its series, and without the extension of a compression.
  func channel(of file: FolderSurvey.File) -> String {
    var folders = file.directory.split(separator: "/").map(String.init)
    if folders.indices.contains(depth) { folders.remove(at: depth) }
    return (folders + [file.stem + FolderSurvey.plainSuffix(file.suffix)]).joined(separator: "/")
  }

  /// Returns the path of a file without the folder of its series, and without its name or number in other places.
  func channelWithoutKey(of file: FolderSurvey.File) -> String {
    guard let folder = Self.folder(of: file, at: depth) else { return channel(of: file) }
    let digits = NamePieces(folder).pieces.filter { $0.kind == .digits }.map(\.text)
    return ([folder] + digits).reduce(channel(of: file)) { $0.replacing($1, with: "") }
  }

  /// Returns the path of a file's directory as a glob, in which the folder of its series alone varies.
  func directory(
    of file: FolderSurvey.File, _ pattern: String, escaped: (String) -> String
  ) -> String {
    file.directory.split(separator: "/").enumerated().map { place, name in
      place == depth ? pattern : escaped(String(name))
    }.joined(separator: "/")
  }

  /// Returns the ways in which folders can name the series of these files, the plainest first.
  static func candidates(_ files: [FolderSurvey.File]) -> [FolderKeys] {
    let depths = files.map { $0.directory.split(separator: "/").count }
    return (0..<(depths.max() ?? 0)).flatMap { depth -> [FolderKeys] in
      let folders = Array(Set(files.compactMap { folder(of: $0, at: depth) }))
      guard folders.count > 1 else { return [] }
      return [FolderKeys(depth: depth, pattern: "*", form: .name)] + numbers(folders, at: depth)
    }
  }

  /// Returns the ways in which the numbers in the names of folders are names of series.
  private static func numbers(_ folders: [String], at depth: Int) -> [FolderKeys] {
    guard let table = NameTable(folders), table.names.count == folders.count else { return [] }
    let varying = table.values.indices.filter { table.values[$0].count > 1 }
    let pieces = table.names[0].pieces
    guard varying.count == 1, let index = varying.first, pieces[index].kind == .digits
    else {
      return []
    }
    let prefix = pieces[..<index].map(\.text).joined()
    let suffix = pieces[(index + 1)...].map(\.text).joined()
    func keys(_ form: Form, _ pattern: String?) -> FolderKeys {
      FolderKeys(depth: depth, pattern: pattern, form: form, prefix: prefix, suffix: suffix)
    }
    let placeholder = FilePattern.placeholder(Array(table.values[index].keys))
    let number = keys(.number, placeholder.map { "\(prefix)\($0)\(suffix)" })
    // Digits alone are the name.
    if pieces.count == 1 { return [number] }
    return [
      keys(.digits, "\(FilePattern.escaped(prefix))*\(FilePattern.escaped(suffix))"),
      number,
    ]
  }

  private static func folder(of file: FolderSurvey.File, at depth: Int) -> String? {
    let folders = file.directory.split(separator: "/")
    return folders.indices.contains(depth) ? String(folders[depth]) : nil
  }
}
