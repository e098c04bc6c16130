import Platform
import Sequences

/// Reads the lines of a header, word by word.
struct TSHeaderReader {
  /// A word of a line.
  struct Word {
    let text: String
    /// Its first byte in the line, from 1.
    let column: Int

    /// The text in quotes, as messages show it.
    var quoted: String { "\"\(escapedText(text.utf8))\"" }
  }

  let path: String
  /// The offset of the next line.
  private(set) var offset: Int
  /// The number of the line that was read last.
  private(set) var line = 0
  /// The extent of that line.
  private var current = 0..<0

  init(path: String, offset: Int) { (self.path, self.offset) = (path, offset) }

  /// Returns the words of the next line that is neither empty nor a comment; `nil` at the end of the text.
  mutating func nextLine<Text: RandomAccessCollection<UInt8>>(_ bytes: Text) throws(RecordError) -> [Word]?
  where Text.Index == Int {
    while offset < bytes.endIndex {
      let end = bytes[offset...].firstIndex(of: 0x0A) ?? bytes.endIndex
      current = offset..<end
      offset = min(end + 1, bytes.endIndex)
      line += 1
      let words = words(of: bytes)
      if let first = words.first?.text.utf8.first, !TSFormat.isComment(first) { return words }
    }
    return nil
  }

  /// Splits the line at blanks; a word in quotes may contain some.
  private func words<Text: RandomAccessCollection<UInt8>>(of bytes: Text) -> [Word] where Text.Index == Int {
    var words: [Word] = []
    var start = current.lowerBound
    while start < current.upperBound {
      if isBlank(bytes[start]) {
        start += 1
        continue
      }
      var end = start
      if isQuote(bytes[start]),
        let close = bytes[(start + 1)..<current.upperBound].firstIndex(of: bytes[start])
      {
        words.append(
          Word(text: String(decoding: bytes[(start + 1)..<close], as: UTF8.self), column: column(of: start)))
        start = close + 1
        continue
      }
      while end < current.upperBound, !isBlank(bytes[end]) { end += 1 }
      words.append(Word(text: String(decoding: bytes[start..<end], as: UTF8.self), column: column(of: start)))
      start = end
    }
    return words
  }

  private func column(of offset: Int) -> Int { offset - current.lowerBound + 1 }

  /// Returns the values between the braces of the line that was read last.
  func nominalValues<Text: RandomAccessCollection<UInt8>>(in bytes: Text) throws(RecordError) -> [Word]
  where Text.Index == Int {
    guard let open = bytes[current].firstIndex(of: UInt8(ascii: "{")),
      let close = bytes[open..<current.upperBound].lastIndex(of: UInt8(ascii: "}"))
    else {
      throw error(
        nil, line: line, "the list of classes has no end: expected a closing brace in the line, found none")
    }
    var values: [Word] = []
    var start = open + 1
    while start <= close {
      while start < close, isBlank(bytes[start]) { start += 1 }
      var end = start
      var text: Text.SubSequence
      if start < close, isQuote(bytes[start]),
        let quote = bytes[(start + 1)..<close].firstIndex(of: bytes[start])
      {
        text = bytes[(start + 1)..<quote]
        end = bytes[quote..<close].firstIndex(of: UInt8(ascii: ",")) ?? close
      } else {
        end = bytes[start..<close].firstIndex(of: UInt8(ascii: ",")) ?? close
        text = trimmed(bytes[start..<end])
      }
      if text.isEmpty {
        throw error(
          Word(text: "", column: column(of: start)),
          "a class has no name: expected a text between the commas, found none")
      }
      values.append(Word(text: String(decoding: text, as: UTF8.self), column: column(of: start)))
      start = end + 1
    }
    return values
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
  private func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }

  /// Returns the error about a word of the line that was read last, or of `line`.
  func error(_ word: Word?, line: Int? = nil, _ problem: String) -> RecordError {
    RecordError(
      .malformed, path: path, line: line ?? self.line, column: word?.column,
      text: word.map { escapedText($0.text.utf8) }, problem)
  }

  /// Returns the error about a text that does not begin as the lines of a header do.
  func notHeader(_ word: Word) -> RecordError {
    error(
      word,
      "this is not a line of a header: expected a line that begins with @, # or %, found \(word.quoted); lines of data follow "
        + "@data")
  }

  /// The error about a file without data.
  var missingData: RecordError {
    RecordError(
      .malformed, path: path,
      "the file has no line @data: expected a header that ends with it, and a series on each line below, found the end of the "
        + "file; complete the file, or rename it if it is CSV")
  }
}
