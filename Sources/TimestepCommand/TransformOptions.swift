import ArgumentParser
import Timestep

/// How rows become sequences, what a missing value looks like, and what is done to sequences.
struct TransformOptions: ParsableArguments {
  @Option(
    help:
      "One file holds many sequences: rows with the same text in this column (a name, or a 0-based number), which is no feature."
  )
  var groupBy: String?

  @Option(help: "One file holds many sequences: a line with exactly this text stands between them.")
  var separator: String?

  @Option(help: "One file holds many sequences: every N rows are one.")
  var linesPerSequence: Int?

  @Option(help: "A text that means a missing value, as an empty field does; may be given several times.")
  var missing: [String] = []

  @Option(
    help: """
      What is done to the features, NAME[:key=value,...], see "timestep plugins"; may be given several times, in order. \
      columns=a b names the columns it is for; default: all features.
      """)
  var transform: [PluginCall] = []

  func validate() throws {
    if let linesPerSequence, linesPerSequence < 1 {
      throw ValidationError("--lines-per-sequence \(linesPerSequence): at least 1 is needed")
    }
    let given = [
      ("--group-by", groupBy != nil), ("--separator", separator != nil),
      ("--lines-per-sequence", linesPerSequence != nil),
    ]
    .filter(\.1).map(\.0)
    if given.count > 1 { throw ValidationError("\(given[0]) and \(given[1]) exclude each other") }
  }

  /// The flags that were given.
  var flags: [(String, Bool)] {
    [
      ("--group-by", groupBy != nil), ("--separator", separator != nil),
      ("--lines-per-sequence", linesPerSequence != nil), ("--missing", !missing.isEmpty),
      ("--transform", !transform.isEmpty),
    ]
  }

  /// What is a missing value: an error, unless a transform fills it, or `asked` says otherwise.
  func missingValues(_ asked: MissingValues) -> MissingValues {
    let isFilled = transform.contains { $0.name == "fill" }
    return MissingValues(isFilled ? .nan : asked.policy, tokens: asked.tokens + missing)
  }

  /// The CSV files of `split`, as the flags say sequences lie in them.
  func reader(
    _ split: any InputSplit, skipping: Int, delimiter: String, header: CSVHeader, missing: MissingValues,
    policy: ErrorPolicy
  ) throws -> any SequenceRecordReader {
    let leavesGaps = RecordError.Kind.allCases.contains { policy[$0] == .repair(.missing) }
    if leavesGaps, missing.policy != .nan {
      throw ValidationError("--on-error repair:missing wants --transform fill, which fills what is missing")
    }
    if groupBy ?? separator ?? linesPerSequence.map(String.init) != nil, policy.mendsRows {
      throw ValidationError(
        "--on-error skip-row and repair are for one file a sequence; with many sequences in a file use skip-sequence"
      )
    }
    if let groupBy {
      return try CSVGroupedSequenceRecordReader(
        split, groupBy: .column(groupBy), skippingLines: skipping, delimiter: delimiter, header: header,
        missingValues: missing)
    }
    if let separator {
      return try CSVGroupedSequenceRecordReader(
        split, groupBy: .separator(separator), skippingLines: skipping, delimiter: delimiter, header: header,
        missingValues: missing)
    }
    if let linesPerSequence {
      return try CSVLinesSequenceRecordReader(
        split, linesPerSequence: linesPerSequence, skippingLines: skipping, delimiter: delimiter,
        header: header,
        missingValues: missing)
    }
    return try CSVSequenceRecordReader(
      split, skippingLines: skipping, delimiter: delimiter, header: header, missingValues: missing,
      policy: policy)
  }

  /// The transforms, fitted on `reader`, which holds the training data; `nil` without any.
  ///
  /// - Parameter labels: The names of columns that are no features.
  func pipeline(on reader: any SequenceRecordReader, besides labels: [String]) throws -> TransformPipeline? {
    if transform.isEmpty { return nil }
    let features = labels.isEmpty ? nil : reader.columns.filter { !labels.contains($0) }
    let transforms = try transform.map { call in
      let (make, options) = try PluginRegistry.current.find(
        call, in: \.transforms, "transform", flag: "--transform")
      let named = options.text("columns").split(separator: " ").map(String.init)
      return try make(options, named.isEmpty ? features : named)
    }
    return try TransformPipeline(transforms).fitted(on: reader)
  }
}

extension ErrorPolicy {
  /// The policy for labels, in which nothing fills what is missing: such faults are raised.
  var withoutGaps: ErrorPolicy {
    var policy = self
    for kind in RecordError.Kind.allCases where self[kind] == .repair(.missing) { policy[kind] = .raise }
    return policy
  }

  /// Whether it does anything about a row or a value, short of leaving out the whole sequence.
  var mendsRows: Bool {
    RecordError.Kind.allCases.contains { self[$0] != .raise && self[$0] != .skipSequence }
  }
}
