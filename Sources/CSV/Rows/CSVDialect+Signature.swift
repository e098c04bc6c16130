import Platform
import Sequences

extension CSVDialect {
  /// The options that files are read with, aspect by aspect.
  var signature: Signature {
    var signature = Signature()
    signature.add(
      "the delimiter",
      "\"\(escapedText((joinsBlanks ? notation.delimiter : String(UnicodeScalar(delimiter))).utf8))\"")
    // Added only where they are not those of plain CSV, so that states saved before they existed stay valid.
    if numbers != nil {
      signature.add(
        "the notation of numbers",
        "\(notation.decimal) \(escapedText((notation.thousands ?? "").utf8))")
    }
    if notation.quotes != .double { signature.add("quotes", notation.quotes.rawValue) }
    if notation.encoding != .utf8 { signature.add("the encoding", notation.encoding.rawValue) }
    signature.add("the number of skipped lines", "\(skippedLines)")
    signature.add("the header", header == .present ? "present" : "none")
    var missing = Fingerprint()
    missing.combine(missingValues.policy == .nan ? "nan" : "refused")
    missing.combine(missingValues.tokens)
    signature.add("what is a missing value", missing)
    signature.add("values that are not finite", nonFinite == .allowed ? "allowed" : "refused")
    return signature
  }
}

extension CSVFileSchema {
  /// The file format and the handling of faults, aspect by aspect.
  var signature: Signature {
    var signature = format.signature
    layout.addAspects(to: &signature)
    if !policy.raisesEverything { signature.add("the error policy", policy.description) }
    return signature
  }
}

extension Signature {
  /// Adds the sizes of files.
  ///
  /// Contents that change while the file size stays the same are detected by caches
  /// (`CachedSequenceRecordReader`).
  mutating func addSizes(of locations: [SequenceLocation]) {
    var sizes = Fingerprint()
    // One stat call per file; a missing file is detected when it is read.
    for location in locations { sizes.combine(FileTree.stamp(of: location.path)?.size ?? -1) }
    add("the sizes of the files", sizes)
  }
}
