import Timestep

/// A film review, and whether it is positive.
struct Review: Sendable, Hashable {
  /// The names of the two classes.
  static let classNames = ["negative", "positive"]

  var text: String
  var isPositive: Bool

  /// Reads the reviews in a CSV file with the columns `text` and `label` (1, positive; 0, negative).
  ///
  /// - Parameter source: Selects reviews with this text in the column `source`; `nil`: all.
  /// - Throws: `FileError` or `RecordError` if the file cannot be read, is damaged, or has another label.
  static func read(_ path: String, source: String? = nil) throws -> [Review] {
    var rows = try CSVTextReader(
      path, header: .present, columns: ["text", "label"] + (source == nil ? [] : ["source"]))
    var reviews: [Review] = []
    while let row = try rows.next() {
      guard source == nil || row.fields[2] == source else { continue }
      let isPositive: Bool
      switch row.fields[1] {
      case "1", "positive": isPositive = true
      case "0", "negative": isPositive = false
      default:
        throw RecordError(
          .unknownCategory, path: path, line: row.line,
          "the label is unknown: expected 1, positive, 0 or negative, found \"\(escapedText(row.fields[1].utf8))\"; "
            + "correct it")
      }
      reviews.append(Review(text: row.fields[0], isPositive: isPositive))
    }
    guard !reviews.isEmpty else {
      throw RecordError(
        .empty, path: path,
        "the file has no reviews" + (source.map { " of the source \"\($0)\"" } ?? "")
          + ": expected at least one, found none; name another file or source")
    }
    return reviews
  }
}
