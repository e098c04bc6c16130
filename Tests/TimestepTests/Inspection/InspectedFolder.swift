import TestSupport

@testable import TimestepCommand

/// A folder of files, and what `inspect` says about it.
struct InspectedFolder {
  private let scratch = TestDirectory()

  /// Writes files.
  func write(_ texts: [String: String]) {
    for (path, text) in texts { scratch.write(text, to: path) }
  }

  /// Writes files of bytes.
  func write(_ bytes: [UInt8], to path: String) { scratch.write(bytes, to: path) }

  /// The path of the folder, or of a part of it.
  func path(_ part: String = "") -> String { part.isEmpty ? scratch.path : scratch.path(part) }

  /// Returns what a look at the folder, or a part of it, tells.
  func conclusion(_ part: String = "") throws -> DataSurvey.Conclusion {
    try DataSurvey(path(part)).conclusion()
  }

  /// Returns the flags of the printed command for each reading of the files, with paths relative to the folder.
  func commands(_ part: String = "") throws -> [String] {
    try conclusion(part).commands.filter { $0.purpose == nil }.map { relative($0.flags.map(\.words)) }
  }

  /// Returns the flags for training of the first command, with paths relative to the folder.
  func trainingFlags() throws -> String {
    relative(try conclusion().commands[0].trainingFlags.map(\.words))
  }

  private func relative(_ words: [String]) -> String {
    words.joined(separator: " ").replacing("\(scratch.path)/", with: "").replacing(scratch.path, with: "DIR")
  }

  /// Returns the rows of a series: `columns` numbers with decimals each.
  static func rows(_ count: Int, columns: Int = 2, seed: Int = 0) -> String {
    var text = ""
    for row in 0..<count {
      let cells = (0..<columns).map { column -> String in
        let whole = (row * 7 + column * 5 + seed * 3) % 11
        return "\(whole).\(row % 4)5"
      }
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }
}
