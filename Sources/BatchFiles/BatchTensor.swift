import DataSets
import TensorFiles
import Tensors

/// The names of the tensors that files of batches hold.
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
  /// A mask as F32 `[N, T]`, 1 where present.
  init(_ name: String, _ mask: Mask) {
    self.init(name, Tensor(shape: [mask.exampleCount, mask.stepCount], elements: mask.floats))
  }
}

extension TensorFile {
  /// The mask called `name`, which must be `[n, t]` of 0 and 1.
  ///
  /// - Parameter remedy: What to do about a file that holds something else.
  func mask(_ name: String, _ n: Int, _ t: Int, remedy: String) throws -> Mask {
    let values = try floats(name, shape: [n, t], remedy: remedy).elements
    guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw TensorFileError(path: path, problem: "\(name) holds values other than 0 and 1; \(remedy)")
    }
    return Mask(rows: n, steps: t) { values[$0 * t + $1] == 1 }
  }

  /// The mask `[N, C, T]` that `values` hold as 0 and 1.
  func observedMask(_ values: Tensor, remedy: String) throws -> ObservedMask {
    let (elements, strides) = (values.elements, values.strides)
    guard elements.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw TensorFileError(
        path: path, problem: "\(BatchTensor.observedMask) holds values other than 0 and 1; \(remedy)")
    }
    return ObservedMask(rows: values.shape[0], columns: values.shape[1], steps: values.shape[2]) {
      elements[$0 * strides[0] + $1 * strides[1] + $2 * strides[2]] == 1
    }
  }

  /// The floats called `name`, which must have the shape.
  func floats(_ name: String, shape: [Int], remedy: String) throws -> Tensor {
    let tensor = try floats(name)
    guard tensor.shape == shape else {
      throw TensorFileError(
        path: path, problem: "\(name) has the shape \(tensor.shape) where \(shape) was expected; \(remedy)")
    }
    return tensor
  }
}

extension ObservedMask {
  /// The mask as floats `[N, C, T]`, 1 where observed.
  var tensor: Tensor { Tensor(shape: [exampleCount, columnCount, stepCount], elements: floats) }
}

extension DataSet {
  /// Whether every row starts at step 0 and nowhere else, as it is unless somebody says otherwise.
  var hasUsualStarts: Bool {
    seriesStarts == Mask(rows: exampleCount, steps: stepCount) { _, step in step == 0 }
  }

  /// The batch as the named tensors that `convert` writes.
  ///
  /// `features`, and with labels `labels`, in `layout`; `featuresMask`, and with labels `labelsMask`, F32 `[N, T]`;
  /// `lengths` I64 `[N]` (of the features); `seriesStarts` F32 `[N, T]` where series start elsewhere than at every row's
  /// step 0; `observedMask` F32, in the layout of `features`, where values were filled in. All lie in C order.
  public func tensors(layout: TensorLayout) -> [NamedTensor] {
    var tensors = [NamedTensor(BatchTensor.features, layout.arranged(features))]
    if let labels { tensors.append(NamedTensor(BatchTensor.labels, layout.arranged(labels))) }
    tensors.append(NamedTensor(BatchTensor.featuresMask, featuresMask))
    if labels != nil { tensors.append(NamedTensor(BatchTensor.labelsMask, labelsMask)) }
    let lengths = featuresMask.lengths.map(Int64.init)
    tensors.append(NamedTensor(BatchTensor.lengths, .integers(shape: [exampleCount], elements: lengths)))
    if !hasUsualStarts { tensors.append(NamedTensor(BatchTensor.seriesStarts, seriesStarts)) }
    if !observedMask.isFull {
      tensors.append(NamedTensor(BatchTensor.observedMask, layout.arranged(observedMask.tensor)))
    }
    return tensors
  }
}
