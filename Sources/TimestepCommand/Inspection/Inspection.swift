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

  /// A command line for the data, in one reading of what is not certain.
  struct Command: Encodable {
    /// The command that converts it.
    var command: String
    /// The command that trains on it; `nil` without labels.
    var training: String?
    /// The reading; `nil` if there is only one.
    var reading: String?
    var flags: [Flag]
  }

  /// A flag with the reason for it.
  struct Flag: Encodable {
    var flag, reason: String
  }

  /// What a look at files without any flags tells.
  struct Survey: Encodable {
    /// The number of data files, and of those that were read.
    var files, filesRead: Int
    /// True if all rows were read.
    var isComplete: Bool
    var delimiter, decimal: String
    /// `nil`: there is none.
    var thousands: String?
    var header: Bool
    var skippedLines: Int
    var encoding, layout: String
    /// `nil`: none were found.
    var labels: String?
    var uncertain, suspicious: [String]
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
  /// The command lines for each reading of the files; `nil` if flags describe them.
  var commands: [Command]?
  /// What a look at the files tells; `nil` if flags describe them.
  var survey: Survey?
}

extension Inspection {
  /// Returns the command line of `convert` with the flags about data in one of `inspect`.
  ///
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - more: Flags to add.
  static func conversion(of given: GivenFlags, program: String?, adding more: [String]) -> String {
    var kept = [String(program?.split(separator: "/").last ?? "timestep"), "convert"]
    for flag in given.flags where flag.definition.commands.contains(.convert) {
      // A value that begins with two hyphens is only recognized after an equals sign.
      kept += flag.value == "--" ? [flag.word] : [flag.definition.spelling] + (flag.value.map { [$0] } ?? [])
    }
    return (kept + more + ["--output", "batches"]).map(shellQuoted).joined(separator: " ")
  }
}
