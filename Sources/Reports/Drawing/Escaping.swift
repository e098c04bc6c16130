/// `text` as it stands between tags and in attributes, of SVG and of HTML.
///
/// What XML 1.0 allows in no document (control characters, half a surrogate pair, U+FFFE and U+FFFF) becomes U+FFFD, so
/// that no class name can spoil a file. A carriage return is written as a reference: a parser would make it a new line.
func escapedMarkup(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { replacement(of: $0) != nil }) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if let other = replacement(of: scalar) { result += other } else { result.unicodeScalars.append(scalar) }
  }
  return result
}

private func replacement(of scalar: Unicode.Scalar) -> String? {
  switch scalar {
  case "&": "&amp;"
  case "<": "&lt;"
  case ">": "&gt;"
  case "\"": "&quot;"
  case "'": "&#39;"
  case "\r": "&#13;"
  case "\t", "\n": nil
  case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
  // They change the direction of what follows them, the page's own words included.
  case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": "\u{FFFD}"
  default: nil
  }
}
