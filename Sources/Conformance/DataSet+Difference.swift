import DataSets
import Sequences
import Tensors

extension DataSet {
  /// Returns the first difference from another batch, in words; `nil` if there is none.
  ///
  /// Values are compared bit for bit by index, whatever the storage orders.
  func difference(from other: DataSet) -> String? {
    if let words = features.difference(from: other.features, "features") { return words }
    switch (labels, other.labels) {
    case (nil, nil): break
    case (let labels?, let others?):
      if let words = labels.difference(from: others, "labels") { return words }
    default: return labels == nil ? "it had labels and has none now" : "it had no labels and has them now"
    }
    for (name, mask, old) in [
      ("features mask", featuresMask, other.featuresMask), ("labels mask", labelsMask, other.labelsMask),
      ("series' starts", seriesStarts, other.seriesStarts),
    ] {
      if mask != old { return "the \(name) is another" }
    }
    if metadata != other.metadata { return "the metadata is another" }
    return nil
  }
}

extension Tensor {
  /// Returns the first difference from another tensor, in words; `nil` if there is none.
  func difference(from other: Tensor, _ name: String) -> String? {
    guard shape == other.shape else { return "\(name) were \(other.shape) and are now \(shape)" }
    let (now, before) = (ordered(.c).elements, other.ordered(.c).elements)
    guard let index = now.indices.first(where: { now[$0].bitPattern != before[$0].bitPattern }) else {
      return nil
    }
    let location = location(of: index)
    return "\(name) \(location) were \(before[index]) and are now \(now[index])"
  }

  /// Returns the index along each axis of an element of the tensor in C order.
  func location(of index: Int) -> [Int] {
    var rest = index
    return shape.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
  }
}
