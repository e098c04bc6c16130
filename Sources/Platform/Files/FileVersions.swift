import Glibc
import Synchronization

/// The versions of the files that a reader has opened, so that a file that changes between two reads of one run
/// is an error, not other data.
///
/// A version is the file's stamp, and what else sets its time of change. It costs no system call: opening a file
/// asks for them anyway.
package final class FileVersions: Sendable {
  private struct Version {
    let stamp: FileStamp
    let attributes: Attributes
  }

  /// What sets the time of change besides an edit, which may keep the modification time.
  private struct Attributes: Equatable {
    let links: UInt
    let mode, owner, group: UInt32

    init(_ status: stat) {
      links = UInt(status.st_nlink)
      (mode, owner, group) = (status.st_mode, status.st_uid, status.st_gid)
    }
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
    let version = Version(stamp: FileStamp(status), attributes: Attributes(status))
    let isSame = known.withLock { known in
      let key = path.hashValue
      guard let before = known[key] else {
        known[key] = version
        return true
      }
      guard version.stamp.isOfSameFile(as: before.stamp) else { return false }
      if before.stamp.changed == version.stamp.changed { return true }
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
