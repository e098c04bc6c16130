import Glibc

/// The fuzzer's bytes, as an unnamed file in memory.
struct FuzzedFile {
  // One file for the whole process, since making a file costs more than reading it.
  private static let descriptor: CInt = {
    var name = Array("/dev/shm/fuzzed-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    unlink(name)
    return descriptor
  }()
  /// The path by which it can be opened.
  static let path = "/proc/self/fd/\(descriptor)"

  /// Replaces the contents of the file.
  static func fill(_ bytes: UnsafeRawBufferPointer) {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count
    else { fatalError("the file of the fuzzer cannot be written") }
  }
}
