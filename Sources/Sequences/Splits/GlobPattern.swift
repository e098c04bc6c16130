import Glibc

/// A parsed glob pattern that can extract the text matched by its wildcards.
package struct GlobPattern: Hashable, Sendable {
  /// An element of a pattern.
  private enum Piece: Hashable {
    /// Exactly this byte.
    case literal(UInt8)
    /// `*`: any number of bytes other than slashes.
    case many
    /// `?`: any byte other than a slash.
    case one
    /// `[...]`: one byte of a set, in fnmatch's notation.
    case set([UInt8])
  }

  private let pieces: [Piece]

  /// Parses `pattern` as glob(3) does.
  package init(_ pattern: String) {
    let bytes = Array(pattern.utf8)
    var pieces: [Piece] = []
    var index = 0
    while index < bytes.count {
      var width = 1
      switch bytes[index] {
      case UInt8(ascii: "*"): pieces.append(.many)
      case UInt8(ascii: "?"): pieces.append(.one)
      case UInt8(ascii: "\\") where index + 1 < bytes.count:
        pieces.append(.literal(bytes[index + 1]))
        width = 2
      case UInt8(ascii: "["):
        if let end = GlobPattern.endOfSet(bytes, index) {
          pieces.append(.set(Array(bytes[index..<end])))
          width = end - index
        } else {
          pieces.append(.literal(bytes[index]))
        }
      default: pieces.append(.literal(bytes[index]))
      }
      index += width
    }
    self.pieces = pieces
  }

  /// True if there is at least one wildcard.
  package var hasWildcard: Bool {
    pieces.contains { if case .literal = $0 { false } else { true } }
  }

  /// The number of bytes of the pattern before the first wildcard.
  var literalCount: Int {
    pieces.prefix { if case .literal = $0 { true } else { false } }.count
  }

  /// Returns the index after the set that begins at `start`, or `nil` if the bracket is never closed.
  private static func endOfSet(_ bytes: [UInt8], _ start: Int) -> Int? {
    var index = start + 1
    if index < bytes.count, "!^".utf8.contains(bytes[index]) { index += 1 }
    // A closing bracket in first position belongs to the set.
    if index < bytes.count, bytes[index] == UInt8(ascii: "]") { index += 1 }
    while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
      if bytes[index] == UInt8(ascii: "/") { return nil }
      // A class such as `[:digit:]` has its own bracket.
      if bytes[index] == UInt8(ascii: "["), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: ":"),
        let close = bytes[(index + 2)...].firstIndex(of: UInt8(ascii: "]"))
      {
        index = close
      }
      index += 1
    }
    return index < bytes.count ? index + 1 : nil
  }

  /// Returns the text that the wildcards match in `path`, one text per run of wildcards, joined by slashes.
  ///
  /// `data/*_??.csv` in `data/run_07.csv` gives `run/07`. If several matches are possible, earlier wildcards
  /// match as little as possible.
  ///
  /// - Returns: `nil` if the path does not match.
  package func key(of path: String) -> String? {
    let bytes = Array(path.utf8)
    var ends = [Int](repeating: 0, count: pieces.count)
    guard match(0, bytes, 0, &ends) else { return nil }
    var runs: [ArraySlice<UInt8>] = []
    var start = 0
    var isInRun = false
    for (piece, end) in zip(pieces, ends) {
      if case .literal = piece {
        isInRun = false
      } else if isInRun, let last = runs.popLast() {
        runs.append(bytes[last.startIndex..<end])
      } else {
        runs.append(bytes[start..<end])
        isInRun = true
      }
      start = end
    }
    return runs.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
  }

  /// Matches the pieces from `index` on with the bytes from `start` on, and records where each piece ends.
  private func match(_ index: Int, _ bytes: [UInt8], _ start: Int, _ ends: inout [Int]) -> Bool {
    guard index < pieces.count else { return start == bytes.count }
    if case .many = pieces[index] {
      var end = start
      while true {
        ends[index] = end
        if match(index + 1, bytes, end, &ends) { return true }
        guard end < bytes.count, bytes[end] != UInt8(ascii: "/") else { return false }
        end += 1
      }
    }
    guard start < bytes.count, accepts(pieces[index], bytes[start]) else { return false }
    ends[index] = start + 1
    return match(index + 1, bytes, start + 1, &ends)
  }

  private func accepts(_ piece: Piece, _ byte: UInt8) -> Bool {
    switch piece {
    case .literal(let literal): literal == byte
    case .many: false
    case .one: byte != UInt8(ascii: "/")
    // The C library already handles ranges and classes.
    case .set(let set):
      fnmatch((set + [0]).map { CChar(bitPattern: $0) }, [CChar(bitPattern: byte), 0], 0) == 0
    }
  }
}
