// The flags for the page about a training run.
extension FlagDefinition {
  static let report: [FlagDefinition] = [
    FlagDefinition(
      "report", .text, path: .written, of: [.train],
      help:
        "Write an HTML report when training ends, even if it fails or is interrupted: result, learning curves, masks, settings. Evaluates the model on training and validation data up to 50 times during training, and on test data once."
    ),
    FlagDefinition(
      "report-date", .text, of: [.train], needs: "report",
      help:
        "Date to show in the report, in any form, with the time that the run takes. Without it, equal runs have equal reports."
    ),
  ]
}
