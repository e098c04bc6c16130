/// A file name as pieces: letters, digits, and what separates them.
struct NamePieces: Hashable {
  /// A piece.
  struct Piece: Hashable {
    /// What a piece consists of.
    enum Kind: Hashable { case letters, digits, separator }
    let kind: Kind
    let text: String
  }

  let pieces: [Piece]

  private static let separators = Set("_-. +()#,=".utf8)

  /// Takes a name apart.
  init(_ name: String) {
    func kind(_ byte: UInt8) -> Piece.Kind {
      if (0x30...0x39).contains(byte) { return .digits }
      return Self.separators.contains(byte) ? .separator : .letters
    }
    var pieces: [Piece] = []
    let bytes = name.utf8
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let own = kind(bytes[start])
      let end = bytes[start...].firstIndex { kind($0) != own } ?? bytes.endIndex
      pieces.append(Piece(kind: own, text: String(name[start..<end])))
      start = end
    }
    self.pieces = pieces
  }

  /// The kinds of the pieces, and the separators themselves: names of one shape can be compared piece by piece.
  var shape: String {
    pieces.reduce(into: "") { text, piece in
      switch piece.kind {
      case .letters: text += "a"
      case .digits: text += "0"
      case .separator: text += piece.text
      }
    }
  }

  /// The name.
  var text: String { pieces.map(\.text).joined() }

  /// Returns the name with another piece at `index`.
  func replacing(_ index: Int, with text: String) -> String {
    pieces.enumerated().map { $0.offset == index ? text : $0.element.text }.joined()
  }
}

/// The names of some files that have one shape, compared piece by piece.
struct NameTable {
  let names: [NamePieces]
  /// The distinct texts of each piece, with their counts.
  let values: [[String: Int]]

  /// Compares the names of the commonest shape; `nil` without names.
  init?(_ stems: [String]) {
    let all = stems.map(NamePieces.init)
    let shapes = Dictionary(grouping: all, by: \.shape)
    guard
      let most = shapes.max(by: { ($0.value.count, $0.key.count) < ($1.value.count, $1.key.count) })?.value
    else {
      return nil
    }
    names = most
    values = most[0].pieces.indices.map { index in
      most.reduce(into: [:]) { $0[$1.pieces[index].text, default: 0] += 1 }
    }
  }

  /// The share of the names that have the shape.
  func share(of count: Int) -> Double { Double(names.count) / Double(max(1, count)) }

  /// The pieces that can be a class: a few texts, each of several names, and not the same in all.
  ///
  /// Letters come first, then digits after a letter or a word for classes.
  var classPieces: [Int] {
    let candidates = values.indices.filter { index in
      let found = values[index]
      return names[0].pieces[index].kind != .separator && (2...64).contains(found.count)
        && found.count * 2 <= names.count && found.values.allSatisfy { $0 >= 2 }
    }
    let letters = candidates.filter { names[0].pieces[$0].kind == .letters }
    let hinted = candidates.filter { index in
      guard names[0].pieces[index].kind == .digits else { return false }
      let before = names[0].pieces[..<index].last { $0.kind == .letters }?.text.lowercased() ?? ""
      return ["c", "class", "label", "y", "cls", "cat", "target"].contains(before)
    }
    return hinted + letters + candidates.filter { !letters.contains($0) && !hinted.contains($0) }
  }

  /// Returns a regular expression whose first group is the piece at `index`, for names below directories or not.
  func expression(for index: Int, inDirectories: Bool) -> String {
    var text = inDirectories ? "(?:^|/)" : "^"
    for (position, piece) in names[0].pieces.enumerated() {
      let isConstant = values[position].count == 1
      let inner: String
      switch piece.kind {
      case .separator: inner = Self.escaped(piece.text)
      case .digits: inner = isConstant && position != index ? piece.text : "[0-9]+"
      case .letters: inner = isConstant && position != index ? Self.escaped(piece.text) : "[^-_. 0-9/]+"
      }
      text += position == index ? "(\(inner))" : inner
      // Nothing after the class and its separator matters.
      if position > index, piece.kind == .separator { break }
    }
    return text
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += "\\^$.|?*+()[]{}".contains($1) ? "\\\($1)" : "\($1)" }
  }
}
