import DataSets
import Platform
import Sequences
import TensorFiles
import Tensors

/// How class labels are written in batch files and messages.
///
/// The command line uses the raw values.
public enum ClassLabels: String, Sendable, Hashable, Codable, CaseIterable {
  /// One column per class, F32 `[N, L, T]`: 1 for the class of the step, otherwise 0.
  case oneHot = "one-hot"
  /// The 0-based index of the class, I64 `[N, T]`, and `noClass` where the labels mask is 0.
  case index

  /// The index where no label is present, -100: the one that PyTorch's losses ignore unless told otherwise.
  public static let noClass: Int64 = -100

  /// Checks that labels can be written like this.
  ///
  /// - Throws: `UsageError` if they have no index because they are no classes, or several at a time.
  public func check(_ labels: DataContract.Labels) throws(UsageError) {
    guard self == .index, labels.encoding != .oneHot else { return }
    let found =
      switch labels.encoding {
      case .none: "no labels"
      case .values: "numbers"
      case .oneHot, .multiLabel: "several classes at a time"
      }
    throw UsageError(
      "labels as an index: expected one class for each step, found \(found); write them as they are (\(Remedy.labelsAsOneHot))"
    )
  }

  /// Returns the one-hot `labels`, `[N, L, T]`, as indices `[N, T]`.
  ///
  /// - Throws: `UsageError` if a step has no class, or several.
  static func indices(of labels: Tensor, present mask: Mask) throws(UsageError) -> TensorValue {
    let (n, classes, t) = (labels.shape[0], labels.shape[1], labels.shape[2])
    let (elements, strides) = (labels.elements, labels.strides)
    var indices = [Int64](repeating: noClass, count: n * t)
    for row in 0..<n {
      for step in 0..<t where mask[row, step] {
        let start = row * strides[0] + step * strides[2]
        var (index, others) = (Int64?.none, false)
        for label in 0..<classes {
          let value = elements[start + label * strides[1]]
          if value == 1, index == nil { index = Int64(label) } else if value != 0 { others = true }
        }
        guard let index, !others else {
          let values = (0..<classes).map { elements[start + $0 * strides[1]] }
          throw UsageError(
            "labels as an index: expected one class for each step, found \(values) at step \(step) of row \(row) of a batch; "
              + "write them as they are (\(Remedy.labelsAsOneHot))")
        }
        indices[row * t + step] = index
      }
    }
    return .integers(shape: [n, t], elements: indices)
  }

  /// Returns the labels of `indices`, `[N, T]`, as one-hot columns `[N, L, T]`; `nil` if an index is not that of a class.
  static func oneHot(_ indices: [Int64], classes: Int, rows: Int, steps: Int, present mask: Mask) -> Tensor? {
    var labels = Tensor(shape: [rows, classes, steps], order: .timeMajor)
    let strides = labels.strides
    var isValid = true
    labels.withMutableSpan { span in
      for row in 0..<rows {
        for step in 0..<steps where mask[row, step] {
          let index = Int(indices[row * steps + step])
          guard (0..<classes).contains(index) else {
            isValid = false
            return
          }
          span[row * strides[0] + index * strides[1] + step * strides[2]] = 1
        }
      }
    }
    return isValid ? labels : nil
  }
}
