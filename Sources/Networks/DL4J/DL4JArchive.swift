import Platform
import TensorFiles

/// A zip archive that Deeplearning4j's `ModelSerializer` wrote.
struct DL4JArchive {
  /// The entries that are read.
  enum Entry: String, CaseIterable {
    case configuration = "configuration.json"
    case coefficients = "coefficients.bin"
    case updaterState = "updaterState.bin"
    case normalizer = "normalizer.bin"
  }

  /// The entries of versions before 0.9, which are serialized Java objects.
  private static let javaObjects = ["updater.bin", "preprocessor.bin"]

  private let contents: [Entry: [UInt8]]

  /// Returns true if the file at `path` begins as a zip archive does.
  ///
  /// - Throws: `FileError` if it cannot be read.
  static func isOne(_ path: String) throws -> Bool {
    let beginning = try OpenFile.beginning(of: path, count: 4)
    return beginning.starts(with: "PK\u{3}\u{4}".utf8) || beginning.starts(with: "PK\u{5}\u{6}".utf8)
  }

  /// Reads the archive at `path`.
  ///
  /// - Throws: `FileError` if it cannot be read; `TensorFileError` if it is damaged, or was not written by
  ///   `ModelSerializer`.
  init(_ path: String) throws {
    contents = try MappedFile(path).withBytes { bytes in
      do throws(Fault) {
        return try Self.contents(of: ZipReader(bytes))
      } catch {
        throw TensorFileError(
          path: path,
          problem:
            "is not a sound zip archive of a Deeplearning4j model: it \(error.reason); if it is damaged or cut "
            + "off, write it again with ModelSerializer")
      }
    }
  }

  private static func contents(of archive: ZipReader) throws(Fault) -> [Entry: [UInt8]] {
    var contents: [Entry: [UInt8]] = [:]
    try archive.checkNames()
    let entries = try archive.entries()
    for entry in entries {
      if javaObjects.contains(entry.name) {
        throw Fault(
          "contains \(quoted(entry.name)), a serialized Java object: expected the entries of version 0.9.1 or later, "
            + "found an earlier one's; save the model with a later Deeplearning4j")
      }
      guard let known = Entry(rawValue: entry.name) else { continue }
      guard contents[known] == nil else {
        throw Fault("contains \(quoted(entry.name)) twice: expected it once")
      }
      contents[known] = try archive.read(entry, count: entry.byteCount)
    }
    guard contents[.configuration] != nil else {
      let names = entries.prefix(4).map { quoted($0.name) }.joined(separator: ", ")
      throw Fault(
        "lacks configuration.json: expected what ModelSerializer writes, found \(names.isEmpty ? "no entry" : names)"
      )
    }
    return contents
  }

  /// The bytes of an entry; `nil` if the archive does not have it.
  subscript(entry: Entry) -> [UInt8]? { contents[entry] }
}
