// The sections of the help, by subject.
extension FlagDefinition {
  /// A section of a command's help; its raw value is the heading.
  enum Section: String, Sendable, CaseIterable {
    case data = "Data"
    case labels = "Labels"
    case format = "Form of the files"
    case columns = "Columns"
    case grouping = "Many sequences in one file"
    case transforms = "Transforms, windows, caches"
    case batching = "Batches, parts, shards"
    case faults = "Faults in the data"
    case network = "Network"
    case optimizer = "Optimizer"
    case heldOut = "Validation and test data"
    case run = "Course of the run"
    case output = "Output"
    case plugins = "Plug-ins"
    case other = "Other"
  }

  /// The section that describes the flag.
  var section: Section {
    if let section = Self.sections[name] { return section }
    switch topic ?? Self.named(name)?.topic {
    case .files, .joins: return .data
    case .labelFormat: return .labels
    case .format: return .format
    case .columns: return .columns
    case .grouping: return .grouping
    case .batching: return .batching
    case .faults: return .faults
    case .layers: return .network
    case .optimizer: return .optimizer
    case nil: return .other
    }
  }

  /// The sections of flags whose topic, which rules refer to, is wider or narrower, or that have none.
  private static let sections: [String: Section] = {
    let names: [Section: [String]] = [
      .data: ["batches", "model", "fixtures"],
      .labels: [
        "labels", "label-column", "classes", "regression", "align", "label-categories", "labels-from",
        "label-table", "horizon", "targets", "lead", "known-ahead", "static", "label-intervals", "outside",
        "label-once",
        "label-missing", "multi-label",
        "one-hot",
      ],
      .transforms: [
        "transform", "cache", "verify", "max-gap", "window", "tail", "normalize",
      ],
      .batching: [
        "batch-size", "split", "split-time", "gap", "fold", "split-by",
        "part", "split-seed", "lanes", "order", "seed", "tbptt",
      ],
      .network: ["from", "freeze"],
      .heldOut: [
        "validation-features", "validation-labels", "validation-batches", "test-features", "test-labels",
        "test-batches", "patience", "monitor", "allow-training-data",
      ],
      .run: [
        "epochs", "time-limit", "checkpoints", "checkpoint-every", "keep-checkpoints", "resume", "judge-anew",
        "change", "start-epoch",
      ],
      .output: [
        "output", "format", "layout", "labels-as", "sources", "save", "save-flags", "journal", "report",
        "report-date",
        "overwrite", "json",
        "certify", "batch",
        "epoch",
        "plan", "explain", "steps", "rollout", "streams", "header-out", "predictions", "worst-first",
        "baseline", "season", "intervals",
      ],
      .plugins: ["reader", "label-reader", "input-split", "label-input-split", "iterator", "trainer"],
    ]
    return Dictionary(
      names.flatMap { section, names in names.map { ($0, section) } }, uniquingKeysWith: { first, _ in first }
    )
  }()
}
