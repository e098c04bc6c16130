import Sequences
import Tensors

extension DataSet {
  /// A 64-bit number that equal batches share, computed from the shapes and bits of features, labels, masks
  /// and starts.
  ///
  /// It does not depend on storage order or metadata. Zeros with different signs and NaNs with different bits
  /// count as different, since a trainer may distinguish them. It is the same in every process and on every
  /// machine; it does not protect against deliberately constructed batches.
  public var fingerprint: UInt64 {
    var hash = WordHash()
    for tensor in [features, labels] {
      guard let tensor else {
        hash.add(0)
        continue
      }
      hash.add(UInt64(tensor.rank))
      for size in tensor.shape { hash.add(UInt64(size)) }
      hash.add(tensor.order == .c ? tensor.elements : tensor.ordered(.c).elements)
    }
    for mask in [featuresMask, labelsMask, seriesStarts] { hash.add(mask) }
    return hash.value
  }
}

extension WordHash {
  fileprivate mutating func add(_ elements: [Float]) {
    var index = 0
    while index + 1 < elements.count {
      add(UInt64(elements[index].bitPattern) | UInt64(elements[index + 1].bitPattern) << 32)
      index += 2
    }
    if index < elements.count { add(UInt64(elements[index].bitPattern)) }
  }

  fileprivate mutating func add(_ mask: Mask) {
    add(mask.isFull ? 1 : 0)
    if mask.isFull { return }
    var word: UInt64 = 0
    var bit = 0
    for row in 0..<mask.exampleCount {
      for step in 0..<mask.stepCount {
        if mask[row, step] { word |= 1 << UInt64(bit) }
        bit += 1
        if bit == 64 {
          add(word)
          (word, bit) = (0, 0)
        }
      }
    }
    add(word)
  }
}
