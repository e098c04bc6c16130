import Glibc
import Testing

/// A directory for one test, made and removed without the module under test.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/timestep-files-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { removeAll(".") }

  private func removeAll(_ name: String) {
    // Removes links and files; only a directory remains.
    if unlink(path(name)) == 0 { return }
    for inside in (try? names(in: name)) ?? [] { removeAll("\(name)/\(inside)") }
    rmdir(name == "." ? path : path(name))
  }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a file that holds `text`.
  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    let stream = try #require(fopen(path(name), "w"))
    fputs(text, stream)
    fclose(stream)
    return path(name)
  }

  /// Returns the contents of the file called `name`.
  func read(_ name: String) throws -> String {
    let stream = try #require(fopen(path(name), "r"))
    defer { fclose(stream) }
    var text: [UInt8] = []
    while case let byte = fgetc(stream), byte != EOF { text.append(UInt8(byte)) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The names in the directory called `name`, sorted.
  func names(in name: String = ".") throws -> [String] {
    let stream = try #require(opendir(path(name)))
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }
}

/// Expects `work` to throw exactly this message.
func expectMessage(
  _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ work: () throws -> Void
) {
  do {
    try work()
    Issue.record("no error, but expected: \(message)", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)" == message, sourceLocation: sourceLocation)
  }
}
