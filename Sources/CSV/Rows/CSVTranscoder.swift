import Sequences

/// Rewrites the rows of files as UTF-8 with one delimiter between fields, for the fast paths; lines stay lines.
///
/// Texts are rewritten from start to end, in parts that end anywhere between characters.
final class CSVTranscoder {
  private let decoder: TextDecoder
  private var runs: BlankRuns?
  private let quote: UInt8
  private var plain: [UInt8] = []

  /// Makes a transcoder; `nil` if the files are as the fast paths read them.
  init?(_ format: CSVDialect) {
    guard format.isTranscoded else { return nil }
    decoder = format.decoder
    quote = format.quote
    runs = format.joinsBlanks ? BlankRuns(quote: quote) : nil
  }

  /// Forgets the text before.
  func restart() { if runs != nil { runs = BlankRuns(quote: quote) } }

  /// Calls `body` with the rewritten text of `bytes`.
  ///
  /// - Returns: `nil` if a character is not of the encoding.
  func withPlainText<Result>(
    of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result? {
    guard rewrite(bytes) else { return nil }
    return try plain.withUnsafeBytes(body)
  }

  private func rewrite(_ bytes: UnsafeRawBufferPointer) -> Bool {
    plain.removeAll(keepingCapacity: true)
    var runs = self.runs
    var offset = 0
    while offset < bytes.count {
      guard let unit = decoder.unit(in: bytes, at: offset) else { return false }
      offset += unit.width
      switch runs?.take(unit.first) ?? .keep {
      case .skip: continue
      case .begin: plain.append(0x20)
      case .keep: break
      }
      plain.append(unit.first)
      for index in 1..<max(1, unit.count) { plain.append(unit[index]) }
    }
    self.runs = runs
    return true
  }
}
