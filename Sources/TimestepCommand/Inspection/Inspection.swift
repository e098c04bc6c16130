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
    /// The steps of a column of timestamps; `nil` for others.
    var times: Times?
  }

  /// The steps, gaps and duplicates of a column of timestamps.
  struct Times: Encodable {
    /// The unit of `step` and `largestGap`.
    var unit: String
    /// The most frequent difference of neighbouring rows; `nil` if there is none.
    var step: Double?
    /// The number of differences of more than one and a half steps.
    var gaps: Int
    /// The largest of them; `nil` if there is none.
    var largestGap: Double?
    /// The file and line of the row after it.
    var largestGapAt: String?
    /// The number of rows with the time of the row before.
    var duplicates: Int
    /// The file and line of the first row after a step with an hour too much, in local times.
    var missingHour: String?
    /// The file and line of the first row with the hour of the row before, in hourly local times.
    var repeatedHour: String?
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
