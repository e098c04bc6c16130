import Glibc
import Platform

/// How progress is shown: drawn on a terminal, or written line by line.
public enum ProgressDisplay: Sendable {
  /// One line, drawn again and again, at most `width()` characters wide.
  case bar(width: @Sendable () -> Int)
  /// The same in ASCII alone, for terminals that know nothing else.
  case asciiBar(width: @Sendable () -> Int)
  /// One line an epoch, at its end: for log files and pipes.
  case lines

  /// What suits standard error: a bar on a terminal, lines elsewhere.
  ///
  /// A terminal that says `TERM=dumb` cannot redraw a line and counts as none.
  public static var standardError: ProgressDisplay {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
    return suited(isTerminal: StandardStream.error.isTerminal, term: environment("TERM"), locale: locale) {
      StandardStream.error.width ?? 80  // what terminals have been since the VT100
    }
  }

  /// What suits a stream with these properties.
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
