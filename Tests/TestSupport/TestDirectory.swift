import Glibc

/// A separate directory for each test, removed with its contents.
public final class TestDirectory {
  /// The directory's path.
  public let path: String

  /// Makes the directory.
  public init() {
    var template = Array("/tmp/timestep-tests-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory")
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  deinit { removeTree(path) }

  /// Writes a file, including its parent directories, and returns its path.
  @discardableResult
  public func write(_ name: String, _ bytes: [UInt8]) -> String {
    var directory = path
    for part in name.split(separator: "/").dropLast() {
      directory += "/\(part)"
      mkdir(directory, 0o777)
    }
    let file = "\(path)/\(name)"
    guard let stream = fopen(file, "w") else { preconditionFailure("cannot write \(file)") }
    _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
    fclose(stream)
    return file
  }

  /// Writes a file of text.
  @discardableResult
  public func write(_ name: String, _ text: String = "1\n") -> String { write(name, Array(text.utf8)) }
}

/// The description of the error that `body` throws, with `directory` replaced by `DIR`.
public func message(in directory: TestDirectory? = nil, _ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    guard let directory else { return "\(error)" }
    return "\(error)".split(separator: directory.path, omittingEmptySubsequences: false).joined(
      separator: "DIR")
  }
}

private func removeTree(_ path: String) {
  // unlink removes symbolic links and files; it fails only for directories.
  guard unlink(path) != 0, let stream = opendir(path) else { return }
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { removeTree("\(path)/\(name)") }
  }
  closedir(stream)
  rmdir(path)
}
