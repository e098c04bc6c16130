import Glibc

/// Functions on directories.
public enum Directory {
  /// The kind of file that a path names.
  public enum Kind: Sendable {
    /// A regular file, or anything else that is not a directory.
    case file
    /// A directory.
    case directory
    /// No file: the path does not exist.
    case missing
  }

  /// The identity of a file or directory, the same for all paths to it.
  package struct Identity: Hashable, Sendable {
    fileprivate let device: UInt64
    fileprivate let node: UInt64
  }

  /// Returns the kind of file at `path`, following symbolic links.
  public static func kind(of path: String) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return .missing }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  /// Returns the identity of the directory or file at `path`, following symbolic links, or `nil` if there is
  /// none.
  package static func identity(of path: String, _ kind: Kind = .directory) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0, (status.st_mode & S_IFMT == S_IFDIR) == (kind == .directory) else {
      return nil
    }
    return Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
  }

  /// Lists the names in the directory at `path`, without `.` and `..`, sorted with numbers in numeric order.
  ///
  /// - Throws: `FileError` if the directory cannot be read.
  public static func names(in path: String) throws(FileError) -> [String] {
    try unsortedNames(in: path).sorted(by: naturallyPrecedes)
  }

  /// Lists the names in the directory at `path`, without `.` and `..`, in the order of the file system.
  ///
  /// - Throws: `FileError` if the directory cannot be read.
  package static func unsortedNames(in path: String) throws(FileError) -> [String] {
    try entries(in: path).map(\.name)
  }

  /// Estimates the number of names in the directory at `path` without listing it, rather too high.
  ///
  /// It is computed from the size of the directory, of which Linux file systems use at least 16 bytes for a
  /// name, if they report it; it is at least 64.
  package static func entryEstimate(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? max(64, Int(status.st_size) / 16) : 0
  }

  /// Lists the entries of the directory at `path`, without `.` and `..`, in the order of the file system.
  ///
  /// The kind is `nil` if the listing does not contain it, as for symbolic links; then call `kind(of:)`.
  ///
  /// - Throws: `FileError` if the directory cannot be read.
  package static func entries(in path: String) throws(FileError) -> [(name: String, kind: Kind?)] {
    guard let stream = opendir(path) else { throw .system(path, "cannot be listed", code: errno) }
    defer { closedir(stream) }
    var entries: [(name: String, kind: Kind?)] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw .system(path, "cannot be listed", code: errno) }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != "." && name != ".." else { continue }
      switch Int(entry.pointee.d_type) {
      case DT_UNKNOWN, DT_LNK: entries.append((name, nil))
      case DT_DIR: entries.append((name, .directory))
      default: entries.append((name, .file))
      }
    }
    return entries
  }

  /// Finds the paths that match `pattern` (`*`, `?`, `[...]`), sorted with numbers in numeric order.
  ///
  /// - Throws: `FileError` if a directory cannot be read.
  public static func paths(matching pattern: String) throws(FileError) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    switch glob(pattern, GLOB_ERR | GLOB_NOSORT, nil, &result) {
    case 0: break
    case GLOB_NOMATCH: return []
    default: throw .system(pattern, "cannot be searched", code: errno == 0 ? EACCES : errno)
    }
    return (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
      .sorted(by: naturallyPrecedes)
  }
}

/// Returns true if `first` sorts before `second`, with numbers in numeric order: `f_2` before `f_10`.
///
/// It is a strict total order: names that differ only in leading zeros are compared by their bytes.
package func naturallyPrecedes(_ first: String, _ second: String) -> Bool {
  let a = Array(first.utf8)
  let b = Array(second.utf8)
  func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  /// The run of digits at `start` without leading zeros, and its end.
  func number(_ text: [UInt8], _ start: Int) -> (digits: ArraySlice<UInt8>, end: Int) {
    var end = start
    while end < text.count && isDigit(text[end]) { end += 1 }
    return (text[start..<end].drop { $0 == 0x30 }, end)
  }
  var i = 0
  var j = 0
  while i < a.count && j < b.count {
    if isDigit(a[i]) && isDigit(b[j]) {
      let x = number(a, i)
      let y = number(b, j)
      if x.digits.count != y.digits.count { return x.digits.count < y.digits.count }
      if !x.digits.elementsEqual(y.digits) { return x.digits.lexicographicallyPrecedes(y.digits) }
      i = x.end
      j = y.end
    } else if a[i] != b[j] {
      return a[i] < b[j]
    } else {
      i += 1
      j += 1
    }
  }
  if (a.count - i) != (b.count - j) { return (a.count - i) < (b.count - j) }
  return a.lexicographicallyPrecedes(b)
}
