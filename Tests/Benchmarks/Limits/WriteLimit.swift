import CLinux
import Glibc
import Timestep

/// Writes as many files and bytes as `timestep convert` does for `DirectoryEpoch`, with plain `write(2)`
/// calls, and syncs them to the disk.
///
/// Each time into a new directory, as `convert` is measured.
final class WriteLimit: Workload {
  static let fileCount = 157
  static let byteCount = 606_000
  private let directory: String
  private let bytes = Memory(byteCount)
  private var directoryCount = 0

  init(_ arguments: Arguments) throws {
    directory = try arguments.text("data") + "/written-\(getpid())"
  }

  /// The files are removed after all measurements, since removing takes as long as writing.
  deinit {
    for number in 0..<directoryCount {
      for file in 0..<Self.fileCount { unlink("\(directory)-\(number)/\(file)") }
      rmdir("\(directory)-\(number)")
    }
  }

  func run() throws -> Int {
    let path = "\(directory)-\(directoryCount)"
    guard mkdir(path, 0o777) == 0 else { throw ArgumentError(problem: "\(path): cannot be created") }
    directoryCount += 1
    for number in 0..<Self.fileCount {
      let file = open("\(path)/\(number)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      defer { close(file) }
      guard write(file, bytes.address, Self.byteCount) == Self.byteCount else {
        throw ArgumentError(problem: "\(path): cannot be written")
      }
      // The disk begins immediately, as it does for `convert`.
      sync_file_range(file, 0, 0, 2)
    }
    let folder = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(folder) }
    guard syncfs(folder) == 0 else { throw ArgumentError(problem: "\(path): cannot be synced") }
    return Self.fileCount * Self.byteCount
  }
}
