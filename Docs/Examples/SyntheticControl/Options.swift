import Glibc
import Timestep

/// What the command line asks for.
struct Options {
  /// The true data: the file synthetic_control.data, or a folder with train and test; `nil`: charts are drawn.
  var data: String?
  /// Where pictures go.
  var output = "/tmp/synthetic-control"
  /// One seed, fewer epochs.
  var isQuick = false

  /// Reads the words behind the program's name; the first one that it does not know ends the program.
  init(_ words: some Sequence<String>) {
    var words = words.makeIterator()
    while let word = words.next() {
      switch word {
      case "--quick": isQuick = true
      case "--data": data = words.next()
      case "--output": output = words.next() ?? output
      default:
        StandardStream.error.write(
          "\(word)? usage: SyntheticControl [--quick] [--data PATH] [--output FOLDER]\n")
        exit(64)
      }
    }
  }
}
