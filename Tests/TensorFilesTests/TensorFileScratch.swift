import Glibc
import Platform
import TestSupport
import Testing

/// A directory for one test, removed when dropped.
final class Scratch {
  private let directory: OutputDirectory

  /// Never committed, so it is removed with its contents.
  init() throws { directory = try OutputDirectory("/tmp/timestep-tensor-files", replacing: true) }

  func path(_ name: String) -> String { "\(directory.temporary)/\(name)" }

  var names: [String] { get throws { try Directory.names(in: directory.temporary) } }

  /// Writes `bytes` to a file without syncing it: some tests write thousands.
  func write(_ bytes: [UInt8], _ name: String = "x") throws -> String {
    let descriptor = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    return path(name)
  }
}

/// A file that Python wrote, by its name; see `Fixtures/tensorfiles/make.py`.
func fixture(_ name: String) -> String { Repository.fixture("tensorfiles/\(name)") }

/// The bytes of a whole file.
func bytes(_ path: String) throws -> [UInt8] {
  let buffer = FileBuffer()
  try buffer.read(path)
  return Array(buffer.bytes)
}

/// Expects `work` to fail with a message about `path` that contains `fragment`.
func expectRefusal(
  _ path: String, _ fragment: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ work: () throws -> Void
) {
  do {
    try work()
    Issue.record("accepted, but expected: \(fragment)", sourceLocation: sourceLocation)
  } catch {
    let text = "\(error)"
    #expect(text.hasPrefix("\(path): "), sourceLocation: sourceLocation)
    #expect(text.contains(fragment), sourceLocation: sourceLocation)
  }
}
