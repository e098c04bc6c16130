import Files
import Records

extension CSVFormat {
  /// Adds the options that files are read with, and the files' sizes.
  func add(to signature: inout Signature, locations: [Location]) {
    signature.add("the delimiter", "\"\(escapedText(CollectionOfOne(delimiter)))\"")
    signature.add("the number of skipped lines", "\(skippedLines)")
    signature.add("the header", header == .present ? "present" : "none")
    var missing = Fingerprint()
    missing.combine(missingValues.policy == .nan ? "nan" : "refused")
    missing.combine(missingValues.tokens)
    signature.add("what is a missing value", missing)
    signature.add("values that are not finite", nonFinite == .allowed ? "allowed" : "refused")
    var sizes = Fingerprint()
    // A stat call a file; a file that is gone is found when it is read.
    for location in locations { sizes.combine(fileSize(location.path) ?? -1) }
    signature.add("the sizes of the files", sizes)
  }
}
