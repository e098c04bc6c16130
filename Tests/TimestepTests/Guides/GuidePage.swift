import Timestep

/// A page of `Docs`: the code in it, to be compared with code that is compiled.
struct GuidePage {
  /// A block between fences.
  struct Block {
    /// "swift" or "sh"; empty if the page names none.
    var language: String
    /// The lines.
    var text: String
  }

  /// The blocks, in order.
  private(set) var blocks: [Block] = []
  /// The code in the table cells about Timestep: those of all columns but the first.
  private(set) var tableCode: [String] = []

  /// Reads `Docs/NAME`.
  init(_ name: String) throws {
    let text = try MappedFile(fixture("../Docs/\(name)")).text()
    var block: Block?  // nil outside of fences
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let done = block { blocks.append(done) }
        block = block == nil ? Block(language: String(line.dropFirst(3)), text: "") : nil
      } else if block != nil {
        block?.text += line + "\n"
      } else if line.hasPrefix("| ") {
        for cell in line.split(separator: "|", omittingEmptySubsequences: false).dropFirst(2) {
          tableCode += cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        }
      }
    }
  }

  /// Code without comments and white space, so that line breaks make no difference.
  static func compact(_ code: String) -> String {
    code.split(separator: "\n").map { line in
      let comment = line.ranges(of: "//").first { slashes in
        slashes.lowerBound == line.startIndex || line[..<slashes.lowerBound].last == " "
      }
      return line[..<(comment?.lowerBound ?? line.endIndex)].filter { !$0.isWhitespace }
    }.joined()
  }

  /// A source file of these tests, compacted.
  static func compiledCode(_ name: String) throws -> String {
    compact(try MappedFile(fixture("../Tests/TimestepTests/Guides/\(name)")).text())
  }
}
