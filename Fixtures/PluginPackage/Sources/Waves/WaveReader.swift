import Timestep
import TimestepCommand

#if canImport(Glibc)
  import Glibc
#endif

/// Sine waves that no file holds: slow ones of class 0, fast ones of class 1; columns `x` and `class`.
public struct WaveReader: SequenceRecordReader {
  /// The options that the command line shows.
  public static let options = [
    PluginOption("count", .integer, default: "40", help: "The number of waves."),
    PluginOption("steps", .integer, default: "20", help: "The length of a wave."),
  ]

  public let count: Int
  let steps: Int
  public let columns = ["x", "class"]

  public init(_ options: PluginOptions) {
    (count, steps) = (options.integer("count"), options.integer("steps"))
  }

  public func makeCursor() -> Cursor { Cursor(steps: steps) }

  public func source(of index: Int) -> RecordSource { RecordSource(path: "wave \(index)", key: "\(index)") }

  public struct Cursor: SequenceCursor {
    let steps: Int

    public mutating func read(_ index: Int, into sequence: inout SequenceRecord) {
      let kind = Float(index % 2)
      sequence = SequenceRecord(
        values: (0..<steps).flatMap { [sin(Float($0) * (0.3 + kind)), kind] }, columnCount: 2)
    }
  }
}
