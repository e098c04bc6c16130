import Tensors

extension DataSet {
  /// Merges several batches into one: their examples in order, with shorter ones padded at the end.
  ///
  /// ```swift
  /// let all = DataSet.merging([first, second])   // N is the sum, T the largest
  /// ```
  /// Series starts and metadata are included; metadata is kept if every batch has it. The storage order is
  /// that of the first batch. The batches must agree in their columns, and either all or none have labels.
  public static func merging(_ batches: [DataSet]) -> DataSet {
    guard let first = batches.first else { preconditionFailure("merging no batches") }
    precondition(
      batches.allSatisfy {
        $0.features.shape[1] == first.features.shape[1] && $0.labels?.shape[1] == first.labels?.shape[1]
      }, "merging batches of different columns")
    let steps = batches.reduce(0) { max($0, $1.stepCount) }
    let hasMetadata = batches.allSatisfy { $0.metadata.count == $0.exampleCount }
    var result = DataSet(
      features: joined(batches.map(\.features), steps: steps),
      labels: first.labels == nil ? nil : joined(batches.compactMap(\.labels), steps: steps),
      featuresMask: Mask.joining(batches.map(\.featuresMask), stepCount: steps),
      labelsMask: Mask.joining(batches.map(\.labelsMask), stepCount: steps),
      seriesStarts: Mask.joining(batches.map(\.seriesStarts), stepCount: steps),
      observedMask: ObservedMask.joining(batches.map(\.observedMask), stepCount: steps),
      metadata: hasMetadata ? batches.flatMap(\.metadata) : [])
    result.lineageNotes = .joining(batches)
    return result
  }

  /// Returns the given examples, in the given order, with masks, series starts and metadata; the padding is
  /// kept.
  public func examples(_ indices: [Int]) -> DataSet {
    var part = DataSet(
      features: features.rows(indices), labels: labels?.rows(indices),
      featuresMask: featuresMask.rows(indices),
      labelsMask: labelsMask.rows(indices), seriesStarts: seriesStarts.rows(indices),
      observedMask: observedMask.rows(indices),
      metadata: metadata.isEmpty ? [] : indices.map { metadata[$0] })
    part.origin.known = origin.known?.rows(indices)
    part.lineageNotes = lineageNotes.rows(indices)
    return part
  }

  /// Returns the examples `range`; the padding is kept.
  public func examples(_ range: Range<Int>) -> DataSet { examples(Array(range)) }

  /// Returns the first `count` examples for training, and the others for testing; either part may be empty.
  ///
  /// ```swift
  /// let (train, test) = batch.shuffled(seed: 1).split(at: 100)
  /// ```
  public func split(at count: Int) -> (train: DataSet, test: DataSet) {
    precondition(count >= 0 && count <= exampleCount, "\(count) of \(exampleCount) examples")
    return (examples(0..<count), examples(count..<exampleCount))
  }

  /// Returns a fraction of the examples, rounded to whole ones, for training, and the others for testing.
  public func split(fraction: Double) -> (train: DataSet, test: DataSet) {
    precondition(fraction >= 0 && fraction <= 1, "a fraction of \(fraction)")
    return split(at: Int((fraction * Double(exampleCount)).rounded()))
  }

  /// Returns the same examples in the order determined by `seed`; all parts of an example stay together.
  public func shuffled(seed: UInt64) -> DataSet {
    let permutation = KeyedPermutation(count: exampleCount, seed: seed, epoch: 0)
    return examples((0..<exampleCount).map { permutation[$0] })
  }

  /// Returns tensors `[N, C, T]` of the same columns concatenated along N, padded with zeros at the end up to
  /// `steps`.
  private static func joined(_ tensors: [Tensor], steps: Int) -> Tensor {
    let shape = [tensors.reduce(0) { $0 + $1.shape[0] }, tensors[0].shape[1], steps]
    var result = Tensor(shape: shape, order: tensors[0].order)
    let to = result.strides
    result.withMutableSpan { span in
      var first = 0
      for tensor in tensors {
        let from = tensor.strides
        let elements = tensor.elements
        for row in 0..<tensor.shape[0] {
          for column in 0..<shape[1] {
            var source = row * from[0] + column * from[1]
            var target = (first + row) * to[0] + column * to[1]
            for _ in 0..<tensor.shape[2] {
              span[target] = elements[source]
              source += from[2]
              target += to[2]
            }
          }
        }
        first += tensor.shape[0]
      }
    }
    return result
  }
}

extension Mask {
  /// Returns masks concatenated along N, with no step present after their own steps.
  static func joining(_ masks: [Mask], stepCount: Int) -> Mask {
    let rows = masks.flatMap { mask in (0..<mask.exampleCount).map { (mask, $0) } }
    return Mask(rows: rows.count, steps: stepCount) { row, step in
      let (mask, example) = rows[row]
      return step < mask.stepCount && mask[example, step]
    }
  }
}
