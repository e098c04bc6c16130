import Platform
import TestSupport

/// A file that Python wrote, by its name; see `Fixtures/tensorfiles/make.py`.
func fixture(_ name: String) -> String { Repository.fixture("tensorfiles/\(name)") }

/// The bytes of a whole file.
func bytes(_ path: String) throws -> [UInt8] {
  let buffer = FileBuffer()
  try buffer.read(path)
  return Array(buffer.bytes)
}
