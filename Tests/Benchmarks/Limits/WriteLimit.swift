import CLinux
import Glibc
import Timestep

/// Plainly `write(2)`s as many files, of as many bytes, as `timestep convert` of `DirectoryEpoch` does, and syncs them to the disk.
struct WriteLimit: Workload {
  static let fileCount = 157
  static let byteCount = 606_000
  private let directory: String
  private let bytes = Memory(Self.byteCount)

  init(_ arguments: Arguments) throws {
    directory = try arguments.text("data") + "/written"
    guard mkdir(directory, 0o777) == 0 || errno == EEXIST else {
      throw ArgumentError(problem: "\(directory): cannot be created")
    }
  }

  /// Files of the pass before are taken away by it too, as they were new: that is left out of no side.
  func run() throws -> Int {
    for number in 0..<Self.fileCount {
      let path = "\(directory)/\(number)"
      unlink(path)
      let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      defer { close(file) }
      guard write(file, bytes.address, Self.byteCount) == Self.byteCount else {
        throw ArgumentError(problem: "\(path): cannot be written")
      }
      // The disk begins at once, as it does for `convert`.
      sync_file_range(file, 0, 0, 2)
    }
    let folder = open(directory, O_RDONLY | O_CLOEXEC)
    defer { close(folder) }
    guard syncfs(folder) == 0 else { throw ArgumentError(problem: "\(directory): cannot be synced") }
    return Self.fileCount * Self.byteCount
  }
}
