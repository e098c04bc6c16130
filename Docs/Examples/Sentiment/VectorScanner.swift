import Timestep

/// Reads a file of word vectors sequentially, word by word.
struct VectorScanner {
  private let path: String
  private let format: VectorFormat
  private var offset = 0
  /// The number of the next line; a binary file has only one.
  private var line = 1
  /// The number of words so far.
  private var count = 0
  /// The sizes on the first line; `nil` for GloVe files, which have no such line.
  private var announcedCount: Int?
  /// The dimension of a vector; 0 before the first vector of a GloVe file.
  private(set) var dimension = 0

  /// Reads the first line, if the format has one with sizes.
  ///
  /// - Throws: `RecordError` if it is not such a line.
  init(_ path: String, _ format: VectorFormat, _ bytes: Span<UInt8>) throws(RecordError) {
    (self.path, self.format) = (path, format)
    // Windows programs begin UTF-8 text with a byte-order mark.
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { offset = 3 }
    guard format != .glove else { return }
    let end = bytes.firstOffset(of: lineFeed, from: offset) ?? bytes.count
    let fields = bytes.text(offset..<min(end, 100)).split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 }
    guard fields.count == 2, (1...1 << 40).contains(fields[0]), (1...1 << 20).contains(fields[1]) else {
      throw fault(
        .header,
        "the first line does not state the sizes: expected the words and the numbers per word, found "
          + "\"\(escapedText(bytes.text(offset..<min(end, 100)).utf8))\"; name the file's format (GloVe's has no such line)"
      )
    }
    (announcedCount, dimension) = (fields[0], fields[1])
    (offset, line) = (end + 1, 2)
  }

  /// Reads the next word's vector into `values`, replacing its contents.
  ///
  /// - Returns: The word; `nil` at the end of the file.
  /// - Throws: `RecordError` with the line or the number of the word, if the file is damaged.
  mutating func next(_ bytes: Span<UInt8>, into values: inout [Float]) throws(RecordError) -> String? {
    values.removeAll(keepingCapacity: true)
    // word2vec ends every vector of a binary file with a line feed, other programs do not.
    if format == .word2vecBinary, offset < bytes.count, bytes[offset] == lineFeed { offset += 1 }
    guard offset < bytes.count, count != announcedCount else {
      try checkEnd(bytes)
      return nil
    }
    count += 1
    return format == .word2vecBinary ? try nextBinary(bytes, &values) : try nextLine(bytes, &values)
  }

  private mutating func nextLine(_ bytes: Span<UInt8>, _ values: inout [Float]) throws(RecordError) -> String
  {
    var end = bytes.firstOffset(of: lineFeed, from: offset) ?? bytes.count
    let next = end + 1
    // Windows ends lines with two bytes, and word2vec with a blank.
    while end > offset, bytes[end - 1] == blank || bytes[end - 1] == 0x0D { end -= 1 }
    let wordEnd = wordEnd(bytes, offset..<end)
    let word = try word(bytes, offset..<wordEnd)
    var start = wordEnd + 1
    while start < end {
      let fieldEnd = min(end, bytes.firstOffset(of: blank, from: start) ?? end)
      guard let value = csvNumber(bytes.extracting(start..<fieldEnd)) else {
        throw fault(
          .notANumber,
          "number \(values.count + 1) of \"\(escapedText(word.utf8))\" is not a number: expected a decimal number, "
            + "found \"\(escapedText(bytes.text(start..<fieldEnd).utf8))\"; correct or remove the line")
      }
      values.append(value)
      start = fieldEnd + 1
    }
    if dimension == 0 { dimension = values.count }
    guard values.count == dimension, dimension > 0 else {
      throw fault(
        .columnCount,
        "\"\(escapedText(word.utf8))\" has another dimension: expected \(max(1, dimension)) numbers, found "
          + "\(values.count); correct or remove the line")
    }
    (offset, line) = (next, line + 1)
    return word
  }

  /// Returns the end of a line's word, before as many numbers as the other lines have.
  ///
  /// So a word can contain blanks, as some of GloVe's 840B vectors do (". . .", "at name@domain.com"); that
  /// of the first line cannot. If a part of it is a number, the line has too many numbers: then the word ends
  /// at the first blank.
  private func wordEnd(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int {
    let first = min(line.upperBound, bytes.firstOffset(of: blank, from: line.lowerBound) ?? line.upperBound)
    guard dimension > 0 else { return first }
    var end = line.upperBound
    for _ in 0..<dimension {
      repeat { end -= 1 } while end > first && bytes[end] != blank
      guard end > first else { return first }
    }
    var start = first + 1
    while start < end {
      let fieldEnd = min(end, bytes.firstOffset(of: blank, from: start) ?? end)
      if csvNumber(bytes.extracting(start..<fieldEnd)) != nil { return first }
      start = fieldEnd + 1
    }
    return end
  }

  private mutating func nextBinary(_ bytes: Span<UInt8>, _ values: inout [Float]) throws(RecordError)
    -> String
  {
    let wordEnd = bytes.firstOffset(of: blank, from: offset) ?? bytes.count
    let word = try word(bytes, offset..<wordEnd)
    offset = wordEnd + 1
    guard offset + 4 * dimension <= bytes.count else {
      throw fault(
        .malformed,
        "the file ends within word \(count): expected \(4 * dimension) bytes of numbers, found "
          + "\(max(0, bytes.count - offset)); it is truncated: download it again")
    }
    for _ in 0..<dimension {
      var bits: UInt32 = 0
      for index in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[offset + index]) }
      values.append(Float(bitPattern: bits))
      offset += 4
    }
    guard values.allSatisfy(\.isFinite) else {
      throw fault(
        .notFinite,
        "word \(count), \"\(escapedText(word.utf8))\", has a number that is not finite: expected finite "
          + "numbers; the file is damaged or of another format")
    }
    return word
  }

  private func word(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(RecordError) -> String {
    let word = range.map { bytes[$0] }
    guard let text = String(validating: word, as: UTF8.self) else {
      throw fault(
        .malformed,
        "word \(count) is not UTF-8 text: expected UTF-8, found \"\(escapedText(word))\"; convert the file, "
          + "or name its format")
    }
    guard !text.isEmpty, word.first != blank, !word.contains(lineFeed) else {
      throw fault(
        .malformed,
        "word \(count) is empty, or begins with a blank, or contains a line break: expected a word before the numbers, found "
          + "\"\(escapedText(word))\"; correct the file, or name its format")
    }
    return text
  }

  private func checkEnd(_ bytes: Span<UInt8>) throws(RecordError) {
    let rest = bytes.count - min(offset, bytes.count)
    if let announcedCount, count < announcedCount || rest > 0 {
      throw fault(
        .malformed,
        "the first line states a different number of words: expected \(announcedCount), found "
          + (rest > 0 ? "\(rest) bytes after them" : "\(count)")
          + "; it is truncated or damaged: download it again"
      )
    }
    guard count > 0 else {
      throw fault(
        .empty, "the file has no words: expected a word and its numbers on each line; name another one")
    }
  }

  /// The line of the last word; `nil` in a binary file.
  var lineBefore: Int? { format == .word2vecBinary ? nil : line - 1 }

  /// Returns an error about the current line or word.
  func fault(_ kind: RecordError.Kind, _ problem: String) -> RecordError {
    RecordError(kind, path: path, line: format == .word2vecBinary && count > 0 ? nil : line, problem)
  }
}

private let lineFeed: UInt8 = 0x0A
private let blank: UInt8 = 0x20

extension Span<UInt8> {
  /// Returns the first index of `byte` from `start` on.
  fileprivate func firstOffset(of byte: UInt8, from start: Int) -> Int? {
    var offset = start
    while offset < count {
      if self[offset] == byte { return offset }
      offset += 1
    }
    return nil
  }

  /// Returns the bytes as text, with invalid ones replaced: for messages and sizes.
  fileprivate func text(_ range: Range<Int>) -> String {
    String(decoding: range.map { self[$0] }, as: UTF8.self)
  }
}
