import Platform

extension GivenFlags {
  /// Flags whose effect a trained model keeps: to change it, train another one.
  private static let keptByModel = [
    "category", "classes", "drop-columns", "keep-columns", "label-categories", "missing", "normalize",
    "offset",
    "regression", "rename", "time", "time-origin", "transform", "unknown-category",
  ]

  /// Returns the words of a remedy in the form that helps on this command line.
  ///
  /// In `evaluate` and `predict`, what the model keeps can only be changed where it is trained. A list of columns that
  /// is given is completed, since it cannot be given twice.
  func adjusting(_ words: String) -> String {
    if words.hasPrefix("leave out ") || words.hasPrefix("--drop-columns=") { return words }
    let added = words.beginning(before: " instead of ")
    let flags = added.split(separator: " ").filter { $0.hasPrefix("--") }.map {
      String($0.dropFirst(2).prefix { $0 != "=" })
    }
    if command == .evaluate || command == .predict, flags.contains(where: Self.keptByModel.contains) {
      return "train with \(words)"
    }
    var adjusted = words
    if let column = Self.value(of: "--drop-columns", in: added) {
      if let dropped = value(of: "drop-columns") {
        let merged = shellQuoted("\(dropped),\(column.replacing("'", with: ""))")
        adjusted = words.replacing("--drop-columns \(column)", with: "--drop-columns \(merged)")
      } else if value(of: "keep-columns") != nil {
        adjusted = words.replacing("--drop-columns \(column)", with: "leave \(column) out of --keep-columns")
      }
    }
    // Without the header, no column has a name.
    if words.hasSuffix(" instead of --header"), namesColumns { adjusted += ", and columns by number (@N)" }
    return adjusted
  }

  /// True if a flag refers to a column by its name.
  private var namesColumns: Bool {
    let referring = [
      "label-column", "group-by", "time", "category", "offset", "rename", "drop-columns", "keep-columns",
    ]
    func isName(_ column: Substring) -> Bool { !column.hasPrefix("@") && Int(column) == nil }
    return flags.contains { flag in
      guard let value = flag.value, referring.contains(flag.definition.name) else { return false }
      // What follows the equals sign says something of the column.
      return value.prefix { $0 != "=" }.split(separator: ",").contains(where: isName)
    }
  }

  /// Returns the word after a flag, which may be quoted.
  private static func value(of flag: String, in words: String) -> String? {
    guard let start = words.firstRange(of: "\(flag) ")?.upperBound else { return nil }
    var isQuoted = false
    return String(
      words[start...].prefix { character in
        if character == "'" { isQuoted.toggle() }
        return isQuoted || character != " "
      })
  }
}

extension String {
  /// Returns the text before the first occurrence of `separator`; all of it if there is none.
  fileprivate func beginning(before separator: String) -> String {
    firstRange(of: separator).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
