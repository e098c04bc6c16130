import Platform
import Sequences

/// The contents of a file that is not text in UTF-8 with rows, recognized by its first bytes.
package struct ForeignContent {
  /// The contents in words.
  let name: String
  /// The way to make rows of text of them.
  let remedy: String

  /// Recognizes the contents of a file; `nil` if they may be rows of text.
  ///
  /// - Parameters:
  ///   - bytes: All bytes of the file, or the first of them.
  ///   - rowStart: The offset of the first line that is not skipped, where a text format begins; `nil` if the lines may
  ///     be of any text format.
  ///   - decoder: The decoder of the file's characters.
  init?<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, rowStart: Int?, _ decoder: TextDecoder)
  where Bytes.Index == Int {
    let start = Array(bytes.prefix(512))
    if let known = Self.signatures.first(where: { $0.begins(start) }) {
      (name, remedy) = (known.name, known.remedy)
    } else if start.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      (name, remedy) = Self.zip(start)
    } else if start.dropFirst(257).starts(with: Array("ustar".utf8)) {
      (name, remedy) = ("a tar archive", "name it with its extension to read its members (x.tar:*.csv)")
    } else if decoder.encoding.isWide {
      return nil
    } else if let encoding = Self.wideEncoding(start) {
      name = "text in \(encoding)"
      remedy =
        encoding.hasPrefix("UTF-16")
        ? "name its encoding (\(Remedy.encoding("utf-16")))"
        : "convert it to UTF-8 (iconv -f \(encoding) -t UTF-8)"
    } else if let rowStart, Self.isHTML(start) || Self.isHTML(Array(bytes.dropFirst(rowStart).prefix(512))) {
      (name, remedy) = (
        "a web page (HTML)", "download the data itself; this may be an error page of the server"
      )
    } else if let rowStart, let format = Self.textFormat(Array(bytes.dropFirst(rowStart).prefix(512))) {
      (name, remedy) = (format, Self.table)
    } else {
      return nil
    }
  }

  private struct Signature {
    let bytes: [UInt8]
    let name: String
    let remedy: String
    /// True if a control character follows that no text has.
    let precedesControl: Bool

    init(_ bytes: [UInt8], _ name: String, _ remedy: String, precedesControl: Bool = false) {
      (self.bytes, self.name, self.remedy) = (bytes, name, remedy)
      self.precedesControl = precedesControl
    }

    init(_ text: String, _ name: String, _ remedy: String, precedesControl: Bool = false) {
      self.init(Array(text.utf8), name, remedy, precedesControl: precedesControl)
    }

    func begins(_ start: [UInt8]) -> Bool {
      guard start.starts(with: bytes) else { return false }
      guard precedesControl else { return true }
      return start.dropFirst(bytes.count).first.map { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) } ?? false
    }
  }

  private static let table = "write the table as CSV, for example with pandas or DuckDB"

  /// The first bytes of formats that people keep tables in, as their specifications and file(1) give them: so many that
  /// no row or header begins with them.
  private static let signatures =
    [
      Signature([0x1F, 0x8B, 0x08], "gzip data", "unpack it (gunzip)"),
      Signature([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "unpack it (unzstd)"),
      Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data", "unpack it (unxz)"),
      Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive", "unpack it (7z x)"),
      Signature("PAR1", "a Parquet table", table, precedesControl: true),
      Signature("ARROW1", "an Arrow (Feather) table", table, precedesControl: true),
      Signature([0x89, 0x48, 0x44, 0x46], "an HDF5 file", table),
      Signature("SQLite format 3\0", "an SQLite database", "export its table as CSV (sqlite3 -csv)"),
      Signature(
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an Excel workbook (xls)", "save its sheet as CSV"),
      Signature("%PDF-1.", "a PDF document", "get the data as CSV"),
      Signature("%PDF-2.", "a PDF document", "get the data as CSV"),
      Signature([0x93] + Array("NUMPY".utf8), "a numpy array (npy)", "write it as CSV (numpy.savetxt)"),
      Signature([0x89] + Array("PNG\r\n".utf8), "a picture (PNG)", "get the data as CSV"),
      Signature([0xFF, 0xD8, 0xFF], "a picture (JPEG)", "get the data as CSV"),
      Signature("/annex/objects/", "a git-annex pointer, not the data", "fetch the data (git annex get)"),
      Signature(
        "version https://git-lfs.github.com/spec/", "a Git LFS pointer, not the data",
        "fetch the data (git lfs pull)"),
    ]
    // The level of compression, then the mark of a block.
    + "123456789".utf8.map {
      Signature(
        Array("BZh".utf8) + [$0, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], "bzip2 data", "unpack it (bunzip2)")
    }

  /// Names an archive by its first entry.
  private static func zip(_ start: [UInt8]) -> (String, String) {
    let text = String(decoding: start, as: UTF8.self)
    if text.contains("[Content_Types].xml") || text.contains("xl/") || text.contains("_rels/") {
      return ("an Excel workbook (xlsx) or another Office document", "save its sheet as CSV")
    }
    if text.contains(".npy") {
      return ("a numpy archive (npz)", "write its arrays as CSV (numpy.savetxt)")
    }
    return (
      "a zip archive", "name it with its extension to read its members (x.zip:*.csv), or unpack it (unzip)"
    )
  }

  /// Returns the encoding of text with 16 or 32 bits per character, with or without a byte-order mark.
  ///
  /// Without a mark, ASCII characters have bytes that are 0 at the same places, which never occurs in UTF-8 text.
  private static func wideEncoding(_ start: [UInt8]) -> String? {
    if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    if start.starts(with: [0xFF, 0xFE]) { return "UTF-16" }
    if start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    for (width, name) in [(4, "UTF-32"), (2, "UTF-16")] {
      let count = start.count / width
      guard count >= 2 else { continue }
      // The number of characters that are 0 in each of their bytes.
      let zeros = (0..<width).map { byte in (0..<count).count { start[width * $0 + byte] == 0 } }
      if zeros[0] == 0, zeros.dropFirst().allSatisfy({ $0 * 2 > count }) { return name + "LE" }
      if zeros[width - 1] == 0, zeros.dropLast().allSatisfy({ $0 * 2 > count }) { return name + "BE" }
    }
    return nil
  }

  /// Returns true for a page's first tag, after a byte-order mark and blanks.
  private static func isHTML(_ start: [UInt8]) -> Bool {
    let mark = start.starts(with: CSVLocation.byteOrderMark) ? CSVLocation.byteOrderMark.count : 0
    let text = start.dropFirst(mark).drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    let tag = String(decoding: text.prefix(14), as: UTF8.self).lowercased()
    return tag == "<!doctype html" || tag.hasPrefix("<html")
  }

  /// Returns the name of the text format that begins with an XML declaration, an object, or a list of objects.
  private static func textFormat(_ start: [UInt8]) -> String? {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
    guard let first = start.first(where: { !isBlank($0) }), "<{[".utf8.contains(first) else { return nil }
    let text = start.filter { !isBlank($0) }
    if text.starts(with: Array("<?xml".utf8)) { return "an XML document" }
    return text.starts(with: Array("{\"".utf8)) || text.starts(with: Array("[{\"".utf8)) ? "JSON" : nil
  }

  /// Throws an error that names the contents of the file at `path`, if they are not text with rows.
  ///
  /// - Parameters:
  ///   - format: The format of the rows; of the lines that it skips, nothing is expected.
  ///   - isAnyText: True if the lines may be of any text format, such as JSON, because a pattern describes them.
  static func check<Bytes: RandomAccessCollection<UInt8>>(
    _ bytes: Bytes, path: String, _ format: CSVDialect, isAnyText: Bool = false
  ) throws(RecordError) where Bytes.Index == Int {
    let start = format.start(of: bytes).offset
    guard let content = ForeignContent(bytes, rowStart: isAnyText ? nil : start, format.decoder) else {
      return
    }
    throw content.error(
      bytes.prefix(8), path: path, expected: "text in \(format.notation.encoding.rawValue.uppercased())")
  }

  /// Throws an error that names the contents of the file at `path`, if they are not text with rows in any encoding.
  ///
  /// - Parameter bytes: The first bytes of the file.
  package static func checkAnyEncoding(_ bytes: [UInt8], path: String) throws {
    if wideEncoding(Array(bytes.prefix(512)))?.hasPrefix("UTF-16") == true { return }
    let found = ForeignContent(bytes, rowStart: 0, try TextDecoder(.utf8))
    if let content = found ?? ForeignContent(binary: bytes) {
      throw content.error(bytes.prefix(8), path: path, expected: "text")
    }
  }

  /// Recognizes bytes that are control characters in every encoding, more often than a damaged text has them.
  private init?(binary bytes: [UInt8]) {
    let start = bytes.prefix(4096)
    let controls = start.count { $0 < 0x20 && !(0x09...0x0D).contains($0) && $0 != 0x1A && $0 != 0x1B }
    guard controls * 64 > start.count else { return nil }
    (name, remedy) = ("binary data of an unknown format", "get the data as CSV")
  }

  private func error(_ start: some Collection<UInt8>, path: String, expected: String) -> RecordError {
    RecordError(
      .malformed, path: path,
      "the file is \(name): expected rows of \(expected), found its first bytes \"\(escapedText(start))\"; \(remedy)"
    )
  }
}
