import DataSets
import Tensors

/// Class weights for data in which some classes are rare.
///
/// ```swift
/// let weights = try ClassWeights.balanced(over: batches)
/// RNNOutput(4, activation: .softmax, loss: .multiClassCrossEntropy, classWeights: weights)
/// ```
public enum ClassWeights {
  /// Returns weights that give every class the same total weight, and a label the weight 1 on average.
  ///
  /// `w_k = total / (classes * counts_k)`, where classes that never occur (count 0) are not counted in
  /// `classes`; their own weight is 1.
  /// - Parameter counts: The number of labels of each class, none of them negative, not all 0.
  public static func balanced(counts: [Int]) -> [Float] {
    precondition(counts.allSatisfy { $0 >= 0 }, "class counts \(counts), of which none may be negative")
    precondition(
      counts.contains { $0 > 0 }, "class counts that are all 0; at least one class must have labels")
    let total = counts.reduce(0.0) { $0 + Double($1) }
    let classes = Double(counts.count { $0 > 0 })
    return counts.map { $0 == 0 ? 1 : Float(total / (classes * Double($0))) }
  }

  /// Returns weights that give every class the same total weight in one pass over the data.
  ///
  /// - Throws: Any error of the iterator; `NetworkError` if there are no labels.
  public static func balanced(over batches: some DataSetSource) throws -> [Float] {
    var total: [Int] = []
    var iterator = batches.makeIterator()
    try iterator.begin(epoch: 0)
    while let batch = try iterator.next() {
      let more = counts(in: batch)
      if total.count < more.count { total += [Int](repeating: 0, count: more.count - total.count) }
      for (index, count) in more.enumerated() { total[index] += count }
    }
    guard total.contains(where: { $0 > 0 }) else {
      throw NetworkError(
        "the data has no labels to balance classes by; give it labels, or leave class weights out")
    }
    return balanced(counts: total)
  }

  /// Returns the number of labelled steps of each class in a batch.
  ///
  /// The class of a step is its largest label column, or the first of several that are equal.
  package static func counts(in batch: DataSet) -> [Int] {
    guard let labels = batch.labels else { return [] }
    var counts = [Int](repeating: 0, count: labels.shape[1])
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
        var best = 0
        for column in counts.indices where labels[row, column, step] > labels[row, best, step] {
          best = column
        }
        if labels[row, best, step] > 0 { counts[best] += 1 }
      }
    }
    return counts
  }
}
