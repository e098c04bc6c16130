import ArgumentParser

/// The options of the command line.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "SyntheticControl", abstract: "Classifies six kinds of control charts.")

  @Option(
    help:
      "The original data: the file synthetic_control.data, or a folder with train and test. Default: simulated charts."
  )
  var data: String?

  @Option(help: "The folder for charts and the report; created if missing.")
  var output = "/tmp/synthetic-control"

  @Flag(help: "One seed and fewer epochs, in seconds.")
  var quick = false
}
