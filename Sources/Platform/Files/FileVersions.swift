import Glibc
import Synchronization

/// The versions of the files that a reader has opened, so that a file that changes between two reads of one run
/// is an error, not other data.
///
/// A version is the file's identity, its size, and the times of its last change. It costs no system call: opening a
/// file asks for them anyway.
package final class FileVersions: Sendable {
  fileprivate struct Version {
    /// The device, the number, the size and the modification time of the file.
    var contents: Int
    /// The change time, which an edit that keeps the modification time sets too.
    var changed: Int
    /// What else sets the change time: links, access rights and owner.
    var attributes: Int
  }

  // The versions by the hash of their paths: a run can have millions of files.
  private let known = Mutex<[Int: Version]>([:])

  /// The versions of all readers that are made inside `withRun`; `nil` outside.
  @TaskLocal private static var ofRun: FileVersions?

  private init() {}

  /// Returns the versions for a reader that is made now: those of the run, or its own.
  package static func forReader() -> FileVersions { ofRun ?? FileVersions() }

  /// Calls `body`, a run in which all readers must find the same files.
  package static func withRun<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $ofRun.withValue(FileVersions(), operation: body)
  }

  /// Notes the version of a file that is opened for the first time, and compares it from then on.
  ///
  /// - Throws: `FileError` if it is not the version that was opened before.
  func check(_ path: String, _ status: stat) throws(FileError) {
    let version = Version(status)
    let isSame = known.withLock { known in
      let key = path.hashValue
      guard let before = known[key] else {
        known[key] = version
        return true
      }
      if before.contents != version.contents { return false }
      if before.changed == version.changed { return true }
      // Another time of change is explained by other attributes, as of a backup that links files.
      if before.attributes == version.attributes { return false }
      known[key] = version
      return true
    }
    guard !isSame else { return }
    throw FileError(
      path: path,
      problem:
        "the file changed after it was first read: expected the same file, found another size, time of change "
        + "or file; start again when no program writes to it")
  }
}

extension FileVersions.Version {
  fileprivate init(_ status: stat) {
    var hasher = Hasher()
    hasher.combine(status.st_dev)
    hasher.combine(status.st_ino)
    hasher.combine(status.st_size)
    hasher.combine(status.st_mtim.tv_sec)
    hasher.combine(status.st_mtim.tv_nsec)
    contents = hasher.finalize()
    changed = Int(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int(status.st_ctim.tv_nsec)
    hasher = Hasher()
    hasher.combine(status.st_nlink)
    hasher.combine(status.st_mode)
    hasher.combine(status.st_uid)
    hasher.combine(status.st_gid)
    attributes = hasher.finalize()
  }
}
