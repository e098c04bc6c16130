import DataSets
import FoundationEssentials
import Platform
import TensorFiles

/// One line of a journal: a piece of a batch that was trained on, and its score.
package struct JournalEntry: Sendable, Hashable, Codable {
  /// The number of the piece's update, from 1; for a piece without an update, the number of the next update.
  package var iteration: Int
  /// The epoch, from 1.
  package var epoch: Int
  /// The batch of the epoch, from 1.
  package var batch: Int
  /// The piece of the batch, from 1.
  package var piece: Int
  /// `DataSet.fingerprint` of the piece, as 16 hexadecimal digits.
  package var fingerprint: String
  /// The location of each example's features, `PATH:LINE`; empty if the batch does not contain them.
  package var sources: [String]
  /// The score before the update, in full precision; `nil` if there was nothing to learn from, or it was not
  /// finite.
  package var score: Double?
  /// The learning rate of the update; `nil` if there was none, or the trainer does not report it.
  package var learningRate: Float?
  /// The L2 norm of each layer's gradient; `nil` if there was no update, or the trainer does not report it.
  package var gradientNorms: [Double]?

  /// Makes the entry of a piece before its score is known.
  init(_ data: DataSet, _ progress: TrainingProgress) {
    iteration = progress.iteration + 1
    epoch = progress.epoch + 1
    batch = progress.batch
    piece = progress.piece + 1
    let digits = String(data.fingerprint, radix: 16)
    fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
    sources = data.metadata.map(\.location)
  }

  /// The position of the piece in the training, as messages name it.
  package var location: String { "epoch \(epoch), batch \(batch), piece \(piece)" }

  /// Returns true if the entries are of the same update of equal runs.
  ///
  /// Gradients are not compared: if they differ, so does the next score.
  func isSame(as other: JournalEntry) -> Bool {
    (iteration, epoch, batch, piece) == (other.iteration, other.epoch, other.batch, other.piece)
      && (fingerprint, sources, score) == (other.fingerprint, other.sources, other.score)
      && !hasOtherRate(than: other)
  }

  /// Returns true if both learning rates are known and differ.
  func hasOtherRate(than other: JournalEntry) -> Bool {
    guard let learningRate, let rate = other.learningRate else { return false }
    return learningRate != rate
  }

  /// Returns true if a run at `progress` has already trained on this piece.
  func isDone(at progress: TrainingProgress) -> Bool {
    (epoch, batch, piece) <= (progress.epoch + 1, progress.batch, progress.piece)
  }
}

/// The complete lines of a journal.
struct JournalFile {
  /// The entries, line by line.
  var entries: [JournalEntry] = []
  /// The end of each entry's line, in bytes from the beginning of the file.
  var ends: [Int] = []
  private let bytes: [UInt8]

  /// Reads the journal at `path`.
  ///
  /// A last line without a line feed was not finished by a killed run, and is ignored. A file that consists
  /// of such a line alone is rejected: it may be anything, and must not be replaced.
  ///
  /// - Throws: `FileError` if the file cannot be read, or a line is not an entry, naming the line.
  init(_ path: String) throws {
    bytes = try MappedFile(path).withBytes { Array($0) }
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
        "expected a line of a journal, found no line feed in \(bytes.count) bytes; remove the file if it is not needed"
    )
  }

  /// Returns the checksum of the first `length` bytes of the file.
  func checksum(ofFirst length: Int) -> Checksum {
    var checksum = Checksum()
    checksum.combine(bytes[..<length])
    return checksum
  }
}
