import FoundationEssentials
import Platform

/// Encodes `value` as JSON with sorted keys, so that equal values have equal bytes.
package func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Encodes `text` as a JSON string (RFC 8259, section 7), for JSON that is written piece by piece.
package func jsonString(_ text: String) -> String {
  guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else { return "\"\(text)\"" }
  // Byte by byte: the text can be a megabyte, and scalars would take ten times as long.
  var result: [UInt8] = [0x22]
  result.reserveCapacity(text.utf8.count + 64)
  for byte in text.utf8 {
    switch byte {
    case 0x22, 0x5C: result += [0x5C, byte]
    case 0..<0x20:
      let digits = String(byte, radix: 16)
      result += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
    default: result.append(byte)
    }
  }
  result.append(0x22)
  return String(decoding: result, as: UTF8.self)
}

/// A short description of an error in decoding JSON: `no "shape" in "weights"`.
///
/// Swift's description of a `DecodingError` changes from version to version, and escapes quotes.
package func decodingProblem(_ error: any Error) -> String {
  func path(_ context: DecodingError.Context) -> String {
    context.codingPath.isEmpty
      ? "" : " in " + context.codingPath.map { quoted($0.stringValue) }.joined(separator: ".")
  }
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    return "no \(quoted(key.stringValue))" + path(context)
  case DecodingError.typeMismatch(_, let context): return "a value of the wrong type" + path(context)
  case DecodingError.valueNotFound(_, let context): return "a missing value" + path(context)
  case DecodingError.dataCorrupted(let context):
    // Our own types that reject a value give a reason and a path; the errors of the parser have no path.
    return context.codingPath.isEmpty ? "malformed" : context.debugDescription + path(context)
  default: return "malformed"
  }
}
