import Glibc
import Testing

/// A directory for one test, removed with its contents.
final class Scratch {
  let path: String

  /// Makes an empty directory that every user may write to: some commands run as another user.
  init() throws {
    var template = Array("/tmp/timestep-command-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o777)
  }

  deinit { remove(".") }

  /// The absolute path of `name`.
  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a file of `bytes`.
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let stream = try #require(fopen(path(name), "w"))
    for byte in bytes { putc(Int32(byte), stream) }
    fclose(stream)
  }

  /// Makes a file of `text`.
  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  /// The bytes of the file `name`.
  func bytes(_ name: String) throws -> [UInt8] {
    let stream = try #require(fopen(path(name), "r"), "there is no \(name)")
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    while case let byte = getc(stream), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }

  /// The text of the file `name`.
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// Makes a directory.
  func makeDirectory(_ name: String) { mkdir(path(name), 0o777) }

  /// Removes a file, or a directory with its contents.
  func remove(_ name: String) {
    if unlink(path(name)) == 0 { return }
    for inside in names(in: name) { remove("\(name)/\(inside)") }
    rmdir(name == "." ? path : path(name))
  }

  /// The names in a directory, sorted; empty if there is no such directory.
  func names(in name: String = ".") -> [String] {
    guard let stream = opendir(path(name)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Everything in the directory, at any depth: a failure must not change it.
  func tree(_ name: String = ".") -> [String] {
    names(in: name).flatMap { inside in ["\(name)/\(inside)"] + tree("\(name)/\(inside)") }
  }
}

/// True if this process is root, which may read everything and mount.
var isRoot: Bool { getuid() == 0 }
