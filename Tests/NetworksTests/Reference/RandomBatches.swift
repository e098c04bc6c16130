import DataSets
import Tensors

extension SplitMix64 {
  /// A number in `-bound..<bound` that a Float represents exactly, so that fast and slow networks see the
  /// same number.
  mutating func symmetric(_ bound: Double) -> Double {
    Double(Float((Double(next() >> 40) * 0x1p-23 - 1) * bound))
  }

  /// A whole number in `0..<count`.
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

  mutating func flip() -> Bool { next() >> 63 == 1 }
}

/// The location of the absent steps of a random batch.
enum MaskPattern: CaseIterable {
  /// Nothing is absent.
  case full
  /// Rows of different lengths from step 0; features and labels agree.
  case emptyEnds
  /// Rows of different lengths up to the last step.
  case emptyFronts
  /// Features and labels are present or absent independently.
  case gaps
  /// Features at step 0 only, labels everywhere.
  case oneToMany
  /// Rows of different lengths, labelled only at each row's last step.
  case manyToOne
  /// Row 0 is entirely absent, the others are full.
  case emptyRow

  /// Features mask and labels mask, `[N, T]`.
  func masks(_ n: Int, _ t: Int, _ random: inout SplitMix64) -> (features: Mask, labels: Mask) {
    let lengths = (0..<n).map { _ in 1 + random.below(t) }
    let ends = Mask(ranges: lengths.map { 0..<$0 }, stepCount: t)
    switch self {
    case .full: return (.full(n, t), .full(n, t))
    case .emptyEnds: return (ends, ends)
    case .emptyFronts:
      let fronts = Mask(ranges: lengths.map { t - $0..<t }, stepCount: t)
      return (fronts, fronts)
    case .gaps:
      return (
        Mask(rows: n, steps: t) { _, _ in random.flip() }, Mask(rows: n, steps: t) { _, _ in random.flip() }
      )
    case .oneToMany: return (Mask(rows: n, steps: t) { $1 == 0 }, .full(n, t))
    case .manyToOne: return (ends, Mask(ranges: lengths.map { $0 - 1..<$0 }, stepCount: t))
    case .emptyRow:
      let rows = Mask(rows: n, steps: t) { row, _ in row > 0 }
      return (rows, rows)
    }
  }
}

/// The location of the starts of series in a random batch.
enum StartPattern: CaseIterable {
  /// Step 0 of every row.
  case stepZero
  /// Step 0 of every row, and others, absent ones too.
  case several
  /// Any steps, step 0 no more often than others: some rows continue an earlier piece.
  case anywhere
  /// None: every row continues.
  case none

  /// The mask of the starts, `[N, T]`.
  func starts(_ n: Int, _ t: Int, _ random: inout SplitMix64) -> Mask {
    Mask(rows: n, steps: t) { _, step in
      switch self {
      case .stepZero: return step == 0
      case .several: return step == 0 || random.flip()
      case .anywhere: return random.flip()
      case .none: return false
      }
    }
  }
}

/// Makes a batch of random numbers.
///
/// - Parameters:
///   - shape: N, C and T.
///   - outputs: The labels' channels.
///   - loss: The loss that the labels must suit: one-hot, any number, or 0 and 1.
///   - masks: Absent steps.
///   - starts: Starts of series.
///   - padding: The contents of absent cells of features and labels, which must not matter.
///   - random: The source of the numbers.
func randomBatch(
  _ shape: (n: Int, c: Int, t: Int), outputs: Int, loss: ReferenceLoss, masks: MaskPattern = .full,
  starts: StartPattern = .stepZero, padding: Float = 0, using random: inout SplitMix64
) -> DataSet {
  let (n, c, t) = shape
  let (featuresMask, labelsMask) = masks.masks(n, t, &random)
  var features = Tensor(shape: [n, c, t])
  var labels = Tensor(shape: [n, outputs, t])
  for row in 0..<n {
    for step in 0..<t {
      for channel in 0..<c {
        let value = Float(random.symmetric(1))
        features[row, channel, step] = featuresMask[row, step] ? value : padding
      }
      let hot = random.below(outputs)
      for output in 0..<outputs {
        let value: Float
        switch loss {
        case .multiClassCrossEntropy: value = output == hot ? 1 : 0
        case .meanSquaredError: value = Float(random.symmetric(1))
        case .binaryCrossEntropy: value = random.flip() ? 1 : 0
        }
        labels[row, output, step] = labelsMask[row, step] ? value : padding
      }
    }
  }
  return DataSet(
    features: features, labels: labels, featuresMask: featuresMask, labelsMask: labelsMask,
    seriesStarts: starts.starts(n, t, &random))
}

extension ReferenceNetwork {
  /// Fills every parameter with random numbers that a Float holds exactly.
  mutating func randomizeParameters(_ bound: Double = 0.8, using random: inout SplitMix64) {
    for (key, shape) in parameterShapes {
      parameters[key] = (0..<shape.reduce(1, *)).map { _ in random.symmetric(bound) }
    }
  }

  /// Random states of every recurrent layer for `exampleCount` rows.
  func randomStates(_ exampleCount: Int, using random: inout SplitMix64) -> [[ReferenceState]] {
    zeroStates(exampleCount).map { rows in
      rows.map { state in
        ReferenceState(
          h: state.h.map { _ in random.symmetric(1) }, c: state.c.map { _ in random.symmetric(1) })
      }
    }
  }
}
