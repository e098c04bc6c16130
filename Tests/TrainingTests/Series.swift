import DataSets
import Tensors
import TestSupport

/// One series: the values and the labels of its steps, and which steps are labelled.
struct Series {
  var values: [Float]
  var labels: [Float]
  var isLabelled: [Bool]

  static func random(count: Int, lengths: ClosedRange<Int>, seed: UInt64) -> [Series] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in
      let length = Int.random(in: lengths, using: &generator)
      return Series(
        values: (0..<length).map { _ in .random(in: -1...1, using: &generator) },
        labels: (0..<length).map { _ in .random(in: -1...1, using: &generator) },
        isLabelled: (0..<length).map { _ in .random(using: &generator) })
    }
  }
}

extension [Series] {
  /// One batch of whole series, `[N, 1, T]`, each with `padding` empty steps in front.
  func batch(padding: Int = 0) -> DataSet {
    let t = (map(\.values.count).max() ?? 0) + padding
    return assemble(rows: count, steps: t) { row, step in
      step >= padding && step - padding < self[row].values.count ? (row, step - padding) : nil
    } starts: {
      $1 == 0
    }
  }

  /// The series end to end on `rows` lanes, each on the first free lane, cut into batches `[rows, 1, steps]`.
  func lanes(rows: Int, steps: Int) -> [DataSet] {
    var lanes = [[(series: Int, step: Int)]](repeating: [], count: rows)
    for index in indices {
      let free = lanes.indices.min { (lanes[$0].count, $0) < (lanes[$1].count, $1) } ?? 0
      lanes[free] += self[index].values.indices.map { (index, $0) }
    }
    let t = lanes.map(\.count).max() ?? 0
    return stride(from: 0, to: t, by: steps).map { first in
      assemble(rows: rows, steps: steps) { row, step in
        first + step < lanes[row].count ? lanes[row][first + step] : nil
      } starts: { row, step in
        first + step < lanes[row].count && lanes[row][first + step].step == 0
      }
    }
  }

  private func assemble(
    rows: Int, steps: Int, at: (Int, Int) -> (series: Int, step: Int)?, starts: (Int, Int) -> Bool
  ) -> DataSet {
    var features = Tensor(shape: [rows, 1, steps])
    var labels = Tensor(shape: [rows, 1, steps])
    for row in 0..<rows {
      for step in 0..<steps {
        guard let (series, location) = at(row, step) else { continue }
        features[row, 0, step] = self[series].values[location]
        labels[row, 0, step] = self[series].labels[location]
      }
    }
    return DataSet(
      features: features, labels: labels,
      featuresMask: Mask(rows: rows, steps: steps) { at($0, $1) != nil },
      labelsMask: Mask(rows: rows, steps: steps) { row, step in
        at(row, step).map { self[$0.series].isLabelled[$0.step] } ?? false
      }, seriesStarts: Mask(rows: rows, steps: steps, isPresent: starts))
  }
}
