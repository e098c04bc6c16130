/// Splits lines into fields, as the readers of files do.
struct LineFields {
  /// The separator: one ASCII character, `space` for runs of blanks and tabs, or empty if a line is one field.
  let delimiter: String

  /// Returns the fields of a line without blanks and quotes around them.
  func callAsFunction(_ line: String) -> [String] {
    guard let separator = delimiter == "space" ? UInt8(ascii: " ") : delimiter.utf8.first else {
      return [Self.text(Array(line.utf8)[...])]
    }
    let joins = delimiter == "space"
    var fields: [String] = []
    let bytes = Array(line.utf8)
    var (start, index, isQuoted) = (0, 0, false)
    func isSeparator(_ byte: UInt8) -> Bool { byte == separator || joins && byte == 0x09 }
    if joins { while index < bytes.count, isSeparator(bytes[index]) { index += 1 } }
    start = index
    while index < bytes.count {
      if bytes[index] == 0x22 {
        isQuoted.toggle()
      } else if !isQuoted, isSeparator(bytes[index]) {
        fields.append(Self.text(bytes[start..<index]))
        if joins { while index + 1 < bytes.count, isSeparator(bytes[index + 1]) { index += 1 } }
        start = index + 1
      }
      index += 1
    }
    if !joins || start < bytes.count { fields.append(Self.text(bytes[start...])) }
    return fields
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    var field = field
    while let byte = field.first, byte == 0x20 || byte == 0x09 { field.removeFirst() }
    while let byte = field.last, byte == 0x20 || byte == 0x09 { field.removeLast() }
    guard field.count >= 2, field.first == 0x22, field.last == 0x22 else {
      return String(decoding: field, as: UTF8.self)
    }
    let inner = field.dropFirst().dropLast()
    return inner.contains(0x22)
      ? String(decoding: inner, as: UTF8.self).replacing("\"\"", with: "\"")
      : String(decoding: inner, as: UTF8.self)
  }
}
