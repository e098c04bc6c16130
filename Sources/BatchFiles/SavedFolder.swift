import FoundationEssentials
import Platform
import Sequences

/// The files of an existing directory of saved batches.
///
/// Only the names of files are taken from its manifest, so that manifests of every version are understood.
package struct SavedFolder: Decodable {
  private struct File: Decodable { var file: String }

  private var version: Int
  private var batches: [File]

  /// Returns true if a directory holds saved batches, of any version.
  package static func isSaved(_ path: String) -> Bool { Self(path) != nil }

  /// Checks that a directory holds nothing but saved batches.
  ///
  /// - Throws: `FileError` naming another file in it; any error of listing it.
  static func checkReplaceable(_ path: String) throws(FileError) {
    guard try Directory.kind(of: path) == .directory else { return }
    let names = try Directory.names(in: path)
    if names.isEmpty { return }
    let own = Set(Self(path).map { $0.batches.map(\.file) + [Manifest.fileName] } ?? [])
    guard let foreign = names.first(where: { !own.contains($0) || !isFile("\(path)/\($0)") }) else { return }
    throw FileError(
      path: path,
      problem:
        "the output directory exists and is not replaced: expected an empty one, or only the files that \"timestep convert\" "
        + "wrote, found \"\(escapedText(foreign.utf8))\"; choose another directory")
  }

  /// Reads the manifest of a directory; `nil` if it has none that is valid.
  private init?(_ path: String) {
    let name = "\(path)/\(Manifest.fileName)"
    guard Self.isFile(name), let bytes = try? MappedFile(name).withBytes({ Data($0) }),
      let folder = try? JSONDecoder().decode(Self.self, from: bytes)
    else { return nil }
    self = folder
  }

  private static func isFile(_ path: String) -> Bool { (try? Directory.kind(of: path)) == .file }
}
