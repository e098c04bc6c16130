import Glibc
import Platform

/// The display of progress: drawn on a terminal, or written line by line.
public enum ProgressDisplay: Sendable {
  /// One line that is redrawn, at most `width()` characters wide.
  case bar(width: @Sendable () -> Int)
  /// The same with ASCII characters only, for terminals that support nothing else.
  case asciiBar(width: @Sendable () -> Int)
  /// One line at the end of each epoch, for log files and pipes.
  case lines

  /// The display that suits standard error: a bar on a terminal, otherwise lines.
  ///
  /// A terminal with `TERM=dumb` cannot redraw a line and does not count as one.
  public static var standardError: ProgressDisplay {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
    return suited(isTerminal: StandardStream.error.isTerminal, term: environment("TERM"), locale: locale) {
      StandardStream.error.width ?? 80  // the width of terminals since the VT100
    }
  }

  /// Returns the display that suits a stream with these properties.
  static func suited(
    isTerminal: Bool, term: String?, locale: String?, width: @escaping @Sendable () -> Int
  ) -> ProgressDisplay {
    guard isTerminal, let term, !term.isEmpty, term != "dumb" else { return .lines }
    let encoding = (locale ?? "").lowercased()
    let isUTF8 = encoding.contains("utf-8") || encoding.contains("utf8")
    return isUTF8 ? .bar(width: width) : .asciiBar(width: width)
  }
}

private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
