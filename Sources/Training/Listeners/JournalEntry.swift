import DataSets
import FoundationEssentials
import Platform
import TensorFiles

/// One line of a journal: a piece of a batch that was trained on, and what came of it.
public struct JournalEntry: Sendable, Hashable, Codable {
  /// The number of the update that the piece made, from 1; of one that made none, that of the next update.
  public var iteration: Int
  /// The epoch, from 1.
  public var epoch: Int
  /// The batch of the epoch, from 1.
  public var batch: Int
  /// The piece of the batch, from 1.
  public var piece: Int
  /// `DataSet.fingerprint` of the piece, as 16 hexadecimal digits.
  public var fingerprint: String
  /// Where each example's features stand, `PATH:LINE`; empty when the batch does not tell.
  public var sources: [String]
  /// The score before the update, in full precision; `nil` when there was nothing to learn from, or it was not finite.
  public var score: Double?

  /// Makes the entry of a piece before its score is known.
  init(_ data: DataSet, _ progress: TrainingProgress) {
    iteration = progress.iteration + 1
    epoch = progress.epoch + 1
    batch = progress.batch
    piece = progress.piece + 1
    let digits = String(data.fingerprint, radix: 16)
    fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
    sources = data.metadata.map(\.place)
  }

  /// Where the piece was trained on, as a message names it.
  public var place: String { "epoch \(epoch), batch \(batch), piece \(piece)" }

  /// Whether a run that stands at `progress` is past this piece.
  func isDone(at progress: TrainingProgress) -> Bool {
    (epoch, batch, piece) <= (progress.epoch + 1, progress.batch, progress.piece)
  }
}

/// The whole lines of a journal, as far as they could be read.
struct JournalFile {
  /// The entries, line by line.
  var entries: [JournalEntry] = []
  /// Where each entry's line ends, in bytes from the beginning of the file.
  var ends: [Int] = []

  /// Reads the journal at `path`; a last line without line feed is one that a killed run did not finish, and is none.
  ///
  /// A file of such a line alone is refused: it may be anything, and is not to be replaced.
  ///
  /// - Throws: `FileError` when it cannot be read, or a line is no entry, naming the line.
  init(_ path: String) throws {
    let file = try MappedFile(path)
    let bytes = withExtendedLifetime(file) { Array(file.bytes) }
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      do {
        entries.append(try JSONDecoder().decode(JournalEntry.self, from: Data(bytes[start..<end])))
      } catch {
        throw FileError(
          path: "\(path):\(ends.count + 1)",
          problem:
            "expected a line of a journal, as \"timestep train --journal\" writes it, found something else")
      }
      start = end + 1
      ends.append(start)
    }
    guard entries.isEmpty, !bytes.isEmpty else { return }
    throw FileError(
      path: "\(path):1",
      problem:
        "expected a line of a journal, found no line feed in \(bytes.count) bytes; remove the file if it is of no use"
    )
  }
}
