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
  ///
  /// - Throws: `FileError` if it is unknown: permission is denied for a directory on the path, or the path is too
  ///   long.
  public static func kind(of path: String) throws(FileError) -> Kind {
    guard let status = try status(of: path) else { return .missing }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  /// Returns true if there is a regular file at `path`, following symbolic links.
  ///
  /// - Throws: `FileError` if that is unknown.
  package static func isPlainFile(_ path: String) throws(FileError) -> Bool {
    try status(of: path).map { $0.st_mode & S_IFMT == S_IFREG } ?? false
  }

  /// Returns the status of the file at `path`, following symbolic links; `nil` if there is none.
  ///
  /// - Throws: `FileError` if that is unknown.
  static func status(of path: String) throws(FileError) -> stat? {
    var status = stat()
    if uninterrupted({ stat(path, &status) }) == 0 { return status }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw .system(path, "cannot be examined", code: errno)
  }

  /// Returns the identity of the directory or file at `path`, following symbolic links, or `nil` if there is
  /// none.
  ///
  /// - Throws: `FileError` if that is unknown.
  package static func identity(
    of path: String, _ kind: Kind = .directory
  ) throws(FileError) -> Identity? {
    guard let status = try status(of: path), (status.st_mode & S_IFMT == S_IFDIR) == (kind == .directory)
    else { return nil }
    return Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
  }

  /// Returns the directory and the name of the file that `path` names, or would name when it is created.
  ///
  /// Symbolic links are followed, even those that point to nothing. `nil` if there is no such directory.
  ///
  /// - Throws: `FileError` if it is unknown.
  package static func place(of path: String) throws(FileError) -> (directory: Identity, name: String)? {
    guard let path = linkTarget(of: path) else { return nil }
    let (parent, name) = parts(of: path)
    return try identity(of: parent).map { ($0, name) }
  }

  /// Returns `path`, or the end of the symbolic links that it begins, even if nothing exists there; `nil` if they never
  /// end.
  static func linkTarget(of path: String) -> String? {
    var path = path
    for _ in 0..<40 {  // the kernel follows no more links either
      var bytes = [CChar](repeating: 0, count: 4096)
      let length = readlink(path, &bytes, bytes.count)
      guard length > 0 else { return path }
      let link = String(decoding: bytes[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = link.hasPrefix("/") ? link : "\(parts(of: path).directory)/\(link)"
    }
    return nil
  }

  /// Returns the absolute path of the directory or file at `path`, without symbolic links.
  ///
  /// - Throws: `FileError` if there is none, or it cannot be examined.
  package static func absolutePath(of path: String) throws(FileError) -> String {
    guard let real = realpath(path, nil) else { throw .system(path, "cannot be examined", code: errno) }
    defer { free(real) }
    return String(cString: real)
  }

  /// Splits a path into that of its directory, and its last name.
  package static func parts(of path: String) -> (directory: String, name: String) {
    var path = Substring(path)
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return (".", String(path)) }
    return (
      slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...])
    )
  }

  /// Lists the names in the directory at `path`, without `.` and `..`, sorted with numbers in numeric order.
  ///
  /// Names that are not UTF-8 are left out: no path can contain them.
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
  /// - Parameters:
  ///   - path: The directory.
  ///   - onForeignName: Called with the name of each file that is not UTF-8, its bytes written as `\xNN`; these
  ///     files are not listed.
  /// - Throws: `FileError` if the directory cannot be read; any error of `onForeignName`.
  package static func entries(
    in path: String, onForeignName: (String) throws(FileError) -> Void = { _ in }
  ) throws(FileError) -> [(name: String, kind: Kind?)] {
    guard let stream = opendir(path) else { throw .system(path, "cannot be listed", code: errno) }
    defer { closedir(stream) }
    return try entries(of: stream, at: path, onForeignName: onForeignName)
  }

  /// Removes the directory at `path` with its contents, and closes its descriptor.
  ///
  /// The descriptor lists it: a process that has no other one left removes its files too. Errors are ignored, as by `remove`.
  static func remove(_ path: String, openAs descriptor: Int32) {
    guard let stream = fdopendir(descriptor) else {
      close(descriptor)
      return remove(path)
    }
    for entry in (try? entries(of: stream, at: path)) ?? [] { remove("\(path)/\(entry.name)") }
    rmdir(path)
    closedir(stream)
  }

  private static func entries(
    of stream: OpaquePointer, at path: String, onForeignName: (String) throws(FileError) -> Void = { _ in }
  ) throws(FileError) -> [(name: String, kind: Kind?)] {
    var entries: [(name: String, kind: Kind?)] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw .system(path, "cannot be listed", code: errno) }
        break
      }
      let valid = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name = valid else {
        let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        try onForeignName(escapedName(bytes))
        continue
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
    var paths: [String] = []
    for index in 0..<Int(result.gl_pathc) {
      guard let path = result.gl_pathv[index] else { continue }
      guard let text = String(validatingCString: path) else {
        let bytes = UnsafeBufferPointer(start: path, count: strlen(path))
        throw .foreignName(escapedName(bytes.map { UInt8(bitPattern: $0) }))
      }
      paths.append(text)
    }
    return paths.sorted(by: naturallyPrecedes)
  }
}

extension FileError {
  /// The error of a file whose name is not UTF-8; in `path`, its bytes are written as `\xNN`.
  package static func foreignName(_ path: String) -> FileError {
    FileError(
      path: path, problem: "the name is not UTF-8: expected UTF-8, found other bytes; rename the file")
  }
}

/// Returns a name that is not UTF-8, with all bytes but those of printable ASCII characters as `\xNN`.
func escapedName(_ bytes: [UInt8]) -> String {
  bytes.reduce(into: "") { text, byte in
    if (0x20..<0x7F).contains(byte) {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
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
