import Platform
import Timestep

/// The results of `inspect` as a JSON object.
struct Inspection: Encodable {
  /// A column of the files.
  struct Column: Encodable {
    var name: String
    /// "number", "category" or "time".
    var kind: String
    /// The figures; `nil` for a column without values.
    var minimum, maximum, mean, deviation: Double?
    var missing: Int
  }

  /// The lengths of the sequences.
  struct Lengths: Encodable {
    var minimum, median, maximum, total: Int
  }

  /// The batches of a pass.
  struct Batches: Encodable {
    var count: Int
    /// The figures; `nil` if no batch can be made.
    var size, examples: Int?
    var alignment: String?
    /// The shares of steps that are padding.
    var padding, labelPadding: Double?
  }

  /// A class with the number of its labels.
  struct Class: Encodable {
    var name: String
    var labels: Int
  }

  var columns: [Column]
  /// The columns after the transforms; `nil` without transforms.
  var transformed: [Column]?
  /// The columns of label files; `nil` if there are none.
  var labels: [Column]?
  var sequences: Int
  var lengths: Lengths
  var batches: Batches
  var classes: [Class]?
  /// The command line that converts this data; `nil` for batches that are converted already.
  var command: String?
}

extension Inspection {
  /// Returns the command line of `convert` with the flags about data in one of `inspect`.
  ///
  /// - Parameter more: Flags to add.
  static func conversion(of words: [String], adding more: [String]) -> String {
    var kept = [String(words.first?.split(separator: "/").last ?? "timestep"), "convert"]
    for flag in GivenFlags(Array(words.dropFirst())).flags
    where flag.definition.commands.contains(.convert) {
      // A value that begins with two hyphens is only recognized after an equals sign.
      let isJoined = flag.value == "--"
      kept +=
        isJoined
        ? ["\(flag.definition.spelling)=--"] : [flag.definition.spelling] + (flag.value.map { [$0] } ?? [])
    }
    return (kept + more + ["--output", "batches"]).map(shellQuoted).joined(separator: " ")
  }
}
