import ArgumentParser

/// What the command line asks for.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "SyntheticControl", abstract: "Tells six kinds of control charts apart.")

  @Option(
    help:
      "The true data: the file synthetic_control.data, or a folder with train and test. Default: charts are drawn."
  )
  var data: String?

  @Option(help: "The folder for pictures and the page about the run; made where there is none.")
  var output = "/tmp/synthetic-control"

  @Flag(help: "One seed, fewer epochs: seconds.")
  var quick = false
}
