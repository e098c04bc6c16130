import Platform
import Sequences
import Synchronization

/// Warns of numbers that are too close together for Float: at once if a sample contains them, at the end of the run if
/// they were only found while everything was read.
final class PrecisionWarnings: Sendable {
  /// The warnings of the command that is running; `nil` outside of `withRun`.
  @TaskLocal private static var ofRun: PrecisionWarnings?

  private struct Watched {
    let watch: PrecisionWatch
    let warning: @Sendable (PrecisionLoss) -> String
  }

  private let watched = Mutex<[Watched]>([])

  private init() {}

  /// Calls `body`, the run of a command, and writes the warnings that are left at its end.
  static func withRun(_ body: () throws -> Void) throws {
    let warnings = PrecisionWarnings()
    try $ofRun.withValue(warnings, operation: body)
    for one in warnings.watched.withLock({ $0 }) {
      for loss in try one.watch.losses() { write(one.warning(loss)) }
    }
  }

  /// Writes a warning for each loss in a sample of `reader`, and returns the reader to use instead, which looks for
  /// others while it is read.
  ///
  /// - Parameter warning: Makes the text of a warning.
  static func watching(
    _ reader: some SequenceRecordReader, _ warning: @escaping @Sendable (PrecisionLoss) -> String
  ) throws -> any SequenceRecordReader {
    let known = try reader.precisionLosses()
    for loss in known { write(warning(loss)) }
    guard let ofRun else { return reader }
    let watch = PrecisionWatch(reader, reported: known)
    ofRun.watched.withLock { $0.append(Watched(watch: watch, warning: warning)) }
    return watch.reader
  }

  private static func write(_ warning: String) { StandardStream.error.write("warning: \(warning)\n") }
}
