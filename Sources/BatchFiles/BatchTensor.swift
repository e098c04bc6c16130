import DataSets
import Platform
import Sequences
import TensorFiles
import Tensors

/// The names of the tensors in batch files.
enum BatchTensor {
  static let features = "features"
  static let labels = "labels"
  static let featuresMask = "featuresMask"
  static let labelsMask = "labelsMask"
  static let seriesStarts = "seriesStarts"
  static let observedMask = "observedMask"
  static let lengths = "lengths"
}

extension NamedTensor {
  /// Makes a mask tensor, F32 `[N, T]`, 1 where present.
  init(_ name: String, _ mask: Mask) {
    self.init(name, Tensor(shape: [mask.exampleCount, mask.stepCount], elements: mask.floats))
  }
}

extension TensorFile {
  /// Reads the mask called `name`, which must be `[n, t]` and contain only 0 and 1.
  ///
  /// - Parameter remedy: The remedy in the error if the file holds something else.
  func mask(_ name: String, _ n: Int, _ t: Int, remedy: String) throws -> Mask {
    let values = try floats(name, shape: [n, t], remedy: remedy).elements
    guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw TensorFileError(path: path, problem: "\(name) contains values other than 0 and 1; \(remedy)")
    }
    return Mask(rows: n, steps: t) { values[$0 * t + $1] == 1 }
  }

  /// Returns the mask `[N, C, T]` stored in `values` as 0 and 1.
  func observedMask(_ values: Tensor, remedy: String) throws -> DataSet.ObservedMask {
    let (elements, strides) = (values.elements, values.strides)
    guard elements.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw TensorFileError(
        path: path, problem: "\(BatchTensor.observedMask) contains values other than 0 and 1; \(remedy)")
    }
    return DataSet.ObservedMask(rows: values.shape[0], columns: values.shape[1], steps: values.shape[2]) {
      elements[$0 * strides[0] + $1 * strides[1] + $2 * strides[2]] == 1
    }
  }

  /// Reads the labels, `[N, L, T]`, from the indices `[n, t]` of `count` classes.
  func classes(_ count: Int, _ n: Int, _ t: Int, present mask: Mask, remedy: String) throws -> Tensor {
    let (shape, indices) = try integers(BatchTensor.labels)
    guard shape == [n, t] else {
      throw TensorFileError(
        path: path,
        problem: "\(BatchTensor.labels) has the shape \(shape) where \([n, t]) was expected; \(remedy)")
    }
    guard let labels = ClassLabels.oneHot(indices, classes: count, rows: n, steps: t, present: mask) else {
      throw TensorFileError(
        path: path,
        problem:
          "\(BatchTensor.labels) contains an index that is not that of one of \(count) classes; \(remedy)")
    }
    return labels
  }

  /// Reads the floats called `name`, which must have the given shape.
  func floats(_ name: String, shape: [Int], remedy: String) throws -> Tensor {
    let tensor = try floats(name)
    guard tensor.shape == shape else {
      throw TensorFileError(
        path: path, problem: "\(name) has the shape \(tensor.shape) where \(shape) was expected; \(remedy)")
    }
    return tensor
  }
}

extension DataSet.ObservedMask {
  /// The mask as floats `[N, C, T]`, 1 where observed.
  var tensor: Tensor { Tensor(shape: [exampleCount, columnCount, stepCount], elements: floats) }
}

extension DataSet {
  /// True if every row starts at step 0 and nowhere else, which is the default.
  var hasUsualStarts: Bool {
    seriesStarts.count == exampleCount && (0..<exampleCount).allSatisfy { seriesStarts[$0, 0] }
  }

  /// Returns the batch as the named tensors that `convert` writes.
  ///
  /// `features`, and with labels `labels`, in `layout` (or `[N, T]`, as `classLabels` says); `featuresMask`, and with labels
  /// `labelsMask`, F32 `[N, T]`; `lengths` I64 `[N]` (of the features); `seriesStarts` F32 `[N, T]` if series start anywhere
  /// other than at step 0 of every row, or in any case if `namesStarts`; `observedMask` F32, in the layout of
  /// `features`, if values were filled in. All are in C order.
  ///
  /// - Throws: `UsageError` if the labels are to be an index, and are not one-hot.
  public func tensors(
    layout: TensorLayout, classLabels: ClassLabels = .oneHot, namesStarts: Bool = false
  ) throws(UsageError) -> [NamedTensor] {
    var tensors = [NamedTensor(BatchTensor.features, layout.arranged(features))]
    if let labels {
      switch classLabels {
      case .oneHot: tensors.append(NamedTensor(BatchTensor.labels, layout.arranged(labels)))
      case .index:
        tensors.append(
          NamedTensor(BatchTensor.labels, try ClassLabels.indices(of: labels, present: labelsMask)))
      }
    }
    tensors.append(NamedTensor(BatchTensor.featuresMask, featuresMask))
    if labels != nil { tensors.append(NamedTensor(BatchTensor.labelsMask, labelsMask)) }
    let lengths = featuresMask.lengths.map(Int64.init)
    tensors.append(NamedTensor(BatchTensor.lengths, .integers(shape: [exampleCount], elements: lengths)))
    if namesStarts || !hasUsualStarts {
      tensors.append(NamedTensor(BatchTensor.seriesStarts, seriesStarts))
    }
    if !observedMask.isFull {
      tensors.append(NamedTensor(BatchTensor.observedMask, layout.arranged(observedMask.tensor)))
    }
    return tensors
  }

  /// Returns `tensors(layout:classLabels:namesStarts:)`, if the copies in it fit in memory.
  ///
  /// - Throws: `InsufficientMemory` naming the longest series; the errors of `tensors`.
  func checkedTensors(
    layout: TensorLayout, classLabels: ClassLabels, namesStarts: Bool = false
  ) throws -> [NamedTensor] {
    try AvailableMemory.allocate(bytesOfCopies(layout, classLabels, namesStarts)) { sizes in
      let lengths = featuresMask.lengths
      let longest = lengths.indices.max { lengths[$0] < lengths[$1] } ?? 0
      return InsufficientMemory(
        path: metadata.isEmpty ? "row \(longest)" : metadata[longest].features.path,
        "the copies that are written of its batch do not fit in memory: \(sizes) for \(exampleCount) series, padded to "
          + "\(stepCount) steps; " + LongSeries.remedy(rows: exampleCount))
    } _: {
      try tensors(layout: layout, classLabels: classLabels, namesStarts: namesStarts)
    }
  }

  /// Returns the bytes of the masks as floats, and of the tensors that are not written as they are in memory.
  private func bytesOfCopies(_ layout: TensorLayout, _ classLabels: ClassLabels, _ namesStarts: Bool)
    -> Double
  {
    let cells = Double(exampleCount) * Double(stepCount)
    let isInOrder = layout == .nct
    var columns = namesStarts || !hasUsualStarts ? 2.0 : 1.0  // the features' mask
    if labels != nil { columns += 1 }
    // An index has the bytes of two columns.
    if labels != nil, classLabels == .index { columns += 2 }
    let copied = classLabels == .index ? [features] : [features, labels].compactMap(\.self)
    for tensor in copied where !isInOrder || tensor.order != .c { columns += Double(tensor.shape[1]) }
    if !observedMask.isFull { columns += Double(observedMask.columnCount) * (isInOrder ? 1 : 2) }
    return cells * columns * Double(MemoryLayout<Float>.stride)
  }
}
