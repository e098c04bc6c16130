import DataSets
import TensorFiles
import Training

/// The record of a run as a checkpoint contains it.
///
/// Of the evaluations it has the losses and the most important figures, which the curves show.
struct RecordedState: Codable {
  private struct Judgement: Codable {
    var epoch: Int
    var loss: BatchLoss
    var name: String
    var value: PackedNumbers  // it may be NaN
  }

  private struct Course: Codable {
    var name: String
    var judgements: [Judgement]
  }

  private struct Picture: Codable {
    var title: String
    var names: [String]
    var stepCount: Int
    var features, labels: PackedNumbers

    init(_ picture: MaskPicture) {
      (title, names, stepCount) = (picture.title, picture.names, picture.features.stepCount)
      (features, labels) = (Self.packed(picture.features), Self.packed(picture.labels))
    }

    var picture: MaskPicture {
      MaskPicture(features: mask(features), labels: mask(labels), names: names, title)
    }

    /// Returns the cells of a mask, row by row, 32 to a number.
    private static func packed(_ mask: Mask) -> PackedNumbers {
      let count = mask.exampleCount * mask.stepCount
      var words = [Int](repeating: 0, count: (count + 31) / 32)
      for cell in 0..<count where mask[cell / mask.stepCount, cell % mask.stepCount] {
        words[cell / 32] |= 1 << (cell % 32)
      }
      return PackedNumbers(words)
    }

    private func mask(_ packed: PackedNumbers) -> Mask {
      let words = packed.integers
      return Mask(rows: names.count, steps: stepCount) { row, step in
        let cell = row * stepCount + step
        return cell / 32 < words.count && words[cell / 32] >> (cell % 32) & 1 == 1
      }
    }
  }

  private var updates: PackedNumbers
  private var scores: PackedNumbers
  private var epochs: PackedNumbers
  private var losses: PackedLosses
  private var validation: PackedMetrics?
  private var courses: [Course]
  private var data: RecordedRun.Data
  private var firstBatch: Picture?
  private var partOfFirstBatch: Picture?

  /// Makes the state of a run, with the pieces of its first batch if that is not complete.
  init(_ run: RecordedRun, partOfFirstBatch part: MaskPicture?) {
    (updates, scores) = (
      PackedNumbers(differencesOf: run.updates.map { Int($0.x) }), PackedNumbers(run.updates.map(\.y))
    )
    epochs = PackedNumbers(differencesOf: run.losses.map { $0.epoch + 1 })
    losses = PackedLosses(run.losses.map(\.value))
    validation = PackedMetrics(run.validation)
    courses = run.courses.map { course in
      Course(
        name: course.name,
        judgements: course.judgements.map {
          Judgement(
            epoch: $0.epoch, loss: $0.value.loss, name: $0.value.headline.name,
            value: PackedNumbers([$0.value.headline.value]))
        })
    }
    data = run.data
    firstBatch = run.firstBatch.map { Picture($0) }
    partOfFirstBatch = part.map { Picture($0) }
  }

  /// Puts the record into a run with the same evaluations.
  ///
  /// - Returns: The pieces of its first batch, if that is not complete.
  func restore(_ run: inout RecordedRun) -> MaskPicture? {
    run.updates = zip(updates.sums, scores.doubles).map { LineChart.Point(Double($0), $1) }
    run.losses = zip(epochs.sums, losses.losses ?? []).map { .init(epoch: $0 - 1, value: $1) }
    run.validation = validation?.metrics ?? []
    for course in courses {
      guard let index = run.courses.firstIndex(where: { $0.name == course.name }) else { continue }
      run.courses[index].judgements = course.judgements.map { judgement in
        let headline = (judgement.name, judgement.value.doubles.first ?? .nan)
        return RecordedRun.EpochEntry(
          epoch: judgement.epoch, value: .init(headline: headline, loss: judgement.loss))
      }
    }
    run.data = data
    run.firstBatch = firstBatch?.picture
    return partOfFirstBatch?.picture
  }
}
