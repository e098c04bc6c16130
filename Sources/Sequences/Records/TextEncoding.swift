/// The encoding of the characters of text files.
///
/// ```swift
/// TextEncoding(named: "latin1")   // .latin1; "ISO-8859-1" and "iso8859-1" are the same
/// ```
/// The raw values are the names that IANA registered, in lower case.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable, Codable {
  /// UTF-8, which contains ASCII.
  case utf8 = "utf-8"
  /// UTF-16; a byte-order mark, or else the zero bytes of ASCII characters, tell the order of bytes.
  case utf16 = "utf-16"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// Western European, as older programs on Unix write it.
  case latin1 = "iso-8859-1"
  case latin2 = "iso-8859-2"
  case cyrillic = "iso-8859-5"
  case greek = "iso-8859-7"
  case latin5 = "iso-8859-9"
  case latin7 = "iso-8859-13"
  case latin9 = "iso-8859-15"
  case windows1250 = "windows-1250"
  case windows1251 = "windows-1251"
  /// Western European, as spreadsheets on Windows write it.
  case windows1252 = "windows-1252"
  case windows1253 = "windows-1253"
  case windows1254 = "windows-1254"
  case windows1257 = "windows-1257"
  case koi8R = "koi8-r"
  case macRoman = "macintosh"
  case ibm437
  case ibm850

  /// Finds an encoding by one of its usual names, whatever the case, hyphens and underscores; `nil` if there is none.
  public init?(named name: String) {
    func plain(_ name: String) -> String {
      name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
    }
    var wanted = plain(name)
    for (start, other) in [("cp125", "windows125"), ("cp", "ibm"), ("macroman", "macintosh")]
    where wanted.hasPrefix(start) {
      wanted = other + wanted.dropFirst(start.count)
      break
    }
    let latin = ["latin1": "1", "l1": "1", "latin2": "2", "latin5": "9", "latin7": "13", "latin9": "15"]
    if let number = latin[wanted] { wanted = "iso8859\(number)" }
    guard let found = Self.allCases.first(where: { plain($0.rawValue) == wanted }) else { return nil }
    self = found
  }

  /// True if a character is two bytes or more, and ASCII characters have zero bytes.
  package var isWide: Bool { self == .utf16 || self == .utf16LittleEndian || self == .utf16BigEndian }
}
