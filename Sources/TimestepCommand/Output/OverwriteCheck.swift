import Timestep

/// Throws an error before a directory is replaced that holds the data being read, or is the working
/// directory.
///
/// - Throws: `FileError` naming the reason.
func checkReplaceable(_ output: String, holding dataSets: SequenceBatches) throws {
  guard let replaced = try Directory.identity(of: output) else { return }
  var folders: Set<String> = ["."]
  for index in 0..<dataSets.exampleCount {
    let sources = dataSets.sources(of: index)
    for path in [sources.features.path, sources.labels?.path].compactMap({ $0 }) {
      folders.insert(Directory.parts(of: path).directory)
    }
  }
  for folder in folders.sorted() where try lies(folder, inside: replaced) {
    let what = folder == "." ? "the working directory" : "the data that is converted (\(folder))"
    throw FileError(
      path: output,
      problem: "the output directory contains \(what) and is not replaced; choose another directory")
  }
}

/// Returns true if a folder is the directory, or lies inside it.
func lies(_ folder: String, inside directory: Directory.Identity) throws(FileError) -> Bool {
  var here = folder
  var last: Directory.Identity?
  // Upwards by "..", which follows links as the kernel does; the root is its own parent.
  while let identity = try Directory.identity(of: here), identity != last {
    if identity == directory { return true }
    last = identity
    here += "/.."
  }
  return false
}
