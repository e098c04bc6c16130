extension FlagDefinition {
  /// How the rows of files are written.
  static let notation: [FlagDefinition] = [
    FlagDefinition(
      "delimiter", .text, of: .features, topic: .format, contractKey: "notation", default: ",",
      help: "The delimiter of feature files: one character, \\t, or space for runs of blanks and tabs."),
    FlagDefinition(
      "decimal", .text, of: .features, topic: .format, contractKey: "notation", default: ".",
      help: "Decimal sign of feature files: a point or a comma."),
    FlagDefinition(
      "thousands", .text, of: .features, topic: .format, contractKey: "notation",
      help:
        "Separator between groups of three digits: one character, such as , or ', or space. Default: none."),
    FlagDefinition(
      "quote", .text, of: .features, topic: .format, contractKey: "notation", default: "double",
      help: "Quotes around fields: double, or none (a quote is a character like others)."),
    FlagDefinition(
      "encoding", .text, of: .features, topic: .format, contractKey: "notation", default: "utf-8",
      help: "Encoding of feature files: utf-8, utf-16, latin1, windows-1252 and others."),
    FlagDefinition(
      "label-delimiter", .text, of: .features, topic: .labelFormat, contractKey: "fileSettings",
      help: "Delimiter of label files. Default: as for features."),
    FlagDefinition(
      "label-decimal", .text, of: .features, topic: .labelFormat, contractKey: "fileSettings",
      help: "Decimal sign of label files. Default: as for features."),
    FlagDefinition(
      "label-encoding", .text, of: .features, topic: .labelFormat, contractKey: "fileSettings",
      help: "Encoding of label files. Default: as for features."),
  ]

  /// The sequences in one file.
  static let layouts: [FlagDefinition] = [
    FlagDefinition(
      "group-by", .text, of: .features, topic: .grouping, contractKey: "fileSettings", alternative: .grouping,
      help:
        "One file contains many sequences: consecutive rows with the same text in this column (a name or @N), or in several: user,session. \"file\" (or @file) stands for the file, where every file begins with the same keys again. The columns are not features."
    ),
    FlagDefinition(
      "sort", .toggle, of: .features, topic: .grouping, contractKey: "fileSettings", needs: "group-by",
      help: "The rows of a sequence need not follow each other in the file; they keep their order."),
    FlagDefinition(
      "separator", .text, of: .features, topic: .grouping, contractKey: "fileSettings",
      alternative: .grouping,
      help: "One file contains many sequences, separated by a line with exactly this text."),
    FlagDefinition(
      "lines-per-sequence", .integer, of: .features, topic: .grouping, contractKey: "fileSettings",
      alternative: .grouping,
      help: "One file contains many sequences of N rows each; the last one may be shorter (--remainder)."),
    FlagDefinition(
      "remainder", .text, of: .features, topic: .grouping, contractKey: "fileSettings",
      needs: "lines-per-sequence",
      help:
        "The last rows of a file if they are too few for a sequence: keep (a shorter sequence), drop or error. Default: keep."
    ),
    FlagDefinition(
      "line-pattern", .text, of: .features, topic: .grouping, contractKey: "fileSettings",
      alternative: .grouping,
      help:
        "Read lines of any form with a regular expression that matches whole lines; each group in parentheses is a column, named by (?<name>...)."
    ),
    FlagDefinition(
      "one-series-per-row", .toggle, of: .features, topic: .grouping, contractKey: "fileSettings",
      alternative: .grouping,
      help:
        "Every row is a series, one field per step; blank fields and NaN at its end are no steps. Labels are a column (--label-column) or the rows of --labels, and belong to the last step."
    ),
    FlagDefinition(
      "channels", .integer, of: .features, topic: .grouping, contractKey: "fileSettings",
      needs: "one-series-per-row",
      help: "Number of channels in a row, one after the other, each with as many fields. Default: 1."),
  ]

  /// The rows of several files, and of labels with a clock of their own.
  static let joins: [FlagDefinition] = [
    FlagDefinition(
      "join-on", .text, of: .features, topic: .joins, contractKey: "fileSettings",
      help:
        "Join the rows of several --features, and of --labels, by this column of timestamps (--time): COLUMN[:previous|nearest]. Each row of the first file gets the values that the others had last, or nearest."
    ),
    FlagDefinition(
      "tolerance", .text, of: .features, topic: .joins, contractKey: "fileSettings", needs: "join-on",
      help:
        "The longest time between two rows that --join-on joins: 20ms, 1s. Beyond it, features are missing and labels masked. Default: any."
    ),
  ]
}
