import Platform
import Sequences

/// The contents of a file that is not text in UTF-8 with rows, recognized by its first bytes.
struct ForeignContent {
  /// The contents in words.
  let name: String
  /// The way to make rows of text of them.
  let remedy: String

  /// Recognizes the contents of a file by its first `bytes`; `nil` if they may be rows of text.
  init?(_ bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(512))
    if let known = Self.signatures.first(where: { start.starts(with: $0.bytes) }) {
      (name, remedy) = (known.name, known.remedy)
    } else if start.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      (name, remedy) = Self.zip(start)
    } else if let encoding = Self.wideEncoding(start) {
      name = "text in \(encoding)"
      remedy = "convert it to UTF-8 (iconv -f \(encoding) -t UTF-8)"
    } else if Self.isHTML(start) {
      (name, remedy) = (
        "a web page (HTML)", "download the data itself; this may be an error page of the server"
      )
    } else if Self.isJSON(start) {
      (name, remedy) = ("JSON", Self.table)
    } else {
      return nil
    }
  }

  private struct Signature {
    let bytes: [UInt8]
    let name: String
    let remedy: String

    init(_ bytes: [UInt8], _ name: String, _ remedy: String) {
      (self.bytes, self.name, self.remedy) = (bytes, name, remedy)
    }

    init(_ text: String, _ name: String, _ remedy: String) { self.init(Array(text.utf8), name, remedy) }
  }

  private static let table = "write the table as CSV, for example with pandas or DuckDB"

  /// The first bytes of formats that people keep tables in, as their specifications and file(1) give them.
  private static let signatures = [
    Signature([0x1F, 0x8B], "gzip data", "unpack it (gunzip)"),
    Signature([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "unpack it (unzstd)"),
    Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data", "unpack it (unxz)"),
    Signature("BZh", "bzip2 data", "unpack it (bunzip2)"),
    Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive", "unpack it (7z x)"),
    Signature("PAR1", "a Parquet table", table),
    Signature("ARROW1", "an Arrow (Feather) table", table),
    Signature([0x89, 0x48, 0x44, 0x46], "an HDF5 file", table),
    Signature("SQLite format 3\0", "an SQLite database", "export its table as CSV (sqlite3 -csv)"),
    Signature(
      [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an Excel workbook (xls)", "save its sheet as CSV"),
    Signature("%PDF-", "a PDF document", "get the data as CSV"),
    Signature([0x93] + Array("NUMPY".utf8), "a numpy array (npy)", "write it as CSV (numpy.savetxt)"),
    Signature("<?xml", "an XML document", table),
    Signature("/annex/objects/", "a git-annex pointer, not the data", "fetch the data (git annex get)"),
    Signature(
      "version https://git-lfs.github.com/spec/", "a Git LFS pointer, not the data",
      "fetch the data (git lfs pull)"),
  ]

  /// Names an archive by its first entry.
  private static func zip(_ start: [UInt8]) -> (String, String) {
    let text = String(decoding: start, as: UTF8.self)
    if text.contains("[Content_Types].xml") || text.contains("xl/") || text.contains("_rels/") {
      return ("an Excel workbook (xlsx) or another Office document", "save its sheet as CSV")
    }
    return ("a zip archive", "unpack it (unzip)")
  }

  /// Returns the encoding of text with 16 or 32 bits per character, with or without a byte-order mark.
  ///
  /// Without a mark, every second byte of ASCII characters is 0, which never occurs in UTF-8 text.
  private static func wideEncoding(_ start: [UInt8]) -> String? {
    if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    if start.starts(with: [0xFF, 0xFE]) { return "UTF-16" }
    if start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    let pairs = start.count / 2
    guard pairs >= 2 else { return nil }
    let firstZeros = (0..<pairs).count { start[2 * $0] == 0 }
    let secondZeros = (0..<pairs).count { start[2 * $0 + 1] == 0 }
    if firstZeros == 0, secondZeros * 2 > pairs { return "UTF-16LE" }
    if secondZeros == 0, firstZeros * 2 > pairs { return "UTF-16BE" }
    return nil
  }

  /// Returns true for a page's first tag, after a byte-order mark and blanks.
  private static func isHTML(_ start: [UInt8]) -> Bool {
    let mark = start.starts(with: CSVLocation.byteOrderMark) ? CSVLocation.byteOrderMark.count : 0
    let text = start.dropFirst(mark).drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    let tag = String(decoding: text.prefix(14), as: UTF8.self).lowercased()
    return tag == "<!doctype html" || tag.hasPrefix("<html")
  }

  /// Returns true for an object, or a list of objects.
  private static func isJSON(_ start: [UInt8]) -> Bool {
    let text = start.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A }
    return text.starts(with: Array("{\"".utf8)) || text.starts(with: Array("[{\"".utf8))
  }

  /// Throws an error that names the contents of the file at `path`, if they are not text with rows.
  static func check(_ bytes: some Collection<UInt8>, path: String) throws(RecordError) {
    guard let content = ForeignContent(bytes) else { return }
    throw RecordError(
      .malformed, path: path,
      "the file is \(content.name): expected rows of text in UTF-8, found its first bytes "
        + "\"\(escapedText(bytes.prefix(8)))\"; \(content.remedy)")
  }
}
