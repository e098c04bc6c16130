/// Returns `text` escaped for SVG and HTML content and attributes.
///
/// Characters that XML 1.0 forbids (control characters, unpaired surrogates, U+FFFE and U+FFFF) become
/// U+FFFD, so no class name can corrupt a file. A carriage return is written as a reference: a parser would
/// turn it into a line feed.
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
  // These change the direction of the text after them, including the page's own.
  case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": "\u{FFFD}"
  default: nil
  }
}
