import Glibc

/// A directory for the files of one test, removed with its contents when the value is dropped.
///
/// It is made without the code under test. Any user may write to it: some commands run as another user.
public final class TestDirectory {
  /// The path of the directory.
  public let path: String

  /// Creates an empty directory.
  public init() {
    var template = Array("/tmp/timestep-tests-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "cannot make a directory in /tmp")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o777)
  }

  deinit { remove(".") }

  /// Returns the path of `name` in the directory.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, after creating the directories that it is in.
  ///
  /// It is not synced: some tests write thousands. Processes that start meanwhile do not inherit it.
  ///
  /// - Returns: The path of the file.
  @discardableResult
  public func write(_ bytes: some Sequence<UInt8>, to name: String) -> String {
    for slash in name.indices where name[slash] == "/" { makeDirectory(String(name[..<slash])) }
    guard let stream = fopen(path(name), "we") else { preconditionFailure("cannot write \(path(name))") }
    let bytes = Array(bytes)
    fwrite(bytes, 1, bytes.count, stream)
    fclose(stream)
    return path(name)
  }

  /// Writes a file of text, after creating the directories that it is in.
  ///
  /// - Returns: The path of the file.
  @discardableResult
  public func write(_ text: String, to name: String) -> String { write(text.utf8, to: name) }

  /// Returns the bytes of a file.
  ///
  /// - Throws: An error if it cannot be read.
  public func bytes(of name: String) throws -> [UInt8] {
    guard let stream = fopen(path(name), "re") else { throw Unreadable(path: path(name)) }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&part, 1, part.count, stream), count > 0 { bytes += part[..<count] }
    return bytes
  }

  /// Returns the text of a file.
  ///
  /// - Throws: An error if it cannot be read.
  public func text(of name: String) throws -> String { String(decoding: try bytes(of: name), as: UTF8.self) }

  /// Creates a directory, unless it exists.
  public func makeDirectory(_ name: String) { mkdir(path(name), 0o777) }

  /// Removes a file, or a directory with its contents.
  public func remove(_ name: String) {
    // Files and links go at once; only a directory remains.
    if unlink(path(name)) == 0 { return }
    for inside in names(in: name) { remove("\(name)/\(inside)") }
    rmdir(name == "." ? path : path(name))
  }

  /// Returns the names in a directory, sorted; none if there is no such directory.
  public func names(in name: String = ".") -> [String] {
    guard let stream = opendir(path(name)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Returns everything in the directory, at any depth: what a failed command must leave unchanged.
  public func tree(_ name: String = ".") -> [String] {
    names(in: name).flatMap { inside in ["\(name)/\(inside)"] + tree("\(name)/\(inside)") }
  }

  private struct Unreadable: Error, CustomStringConvertible {
    var path: String
    var description: String { "\(path): cannot be read" }
  }
}
