/// A multidimensional array of Float elements, a value type with copy-on-write storage.
///
/// ```swift
/// var x = Tensor(shape: [2, 3, 4], order: .timeMajor)   // [N, C, T], zeros
/// x[1, 2, 3] = 7
/// x.ordered(.c).elements                                // 24 elements, time fastest
/// ```
/// Two tensors are equal if their shapes and elements are equal; their storage orders may differ.
public struct Tensor: Sendable {
  /// The number of elements along each axis.
  public let shape: [Int]
  /// The order of `elements` in memory.
  public let order: StorageOrder
  /// The distance in elements between neighbours along each axis.
  public let strides: [Int]
  /// The elements in the order of memory; see `order`.
  public private(set) var elements: [Float]

  /// Makes a tensor of zeros.
  public init(shape: [Int], order: StorageOrder = .c) {
    self.init(shape: shape, order: order, elements: [Float](repeating: 0, count: Self.count(of: shape)))
  }

  /// Makes a tensor of `elements`, which are in `order`.
  ///
  /// Their number must be that of `shape`.
  public init(shape: [Int], order: StorageOrder = .c, elements: [Float]) {
    precondition(
      elements.count == Self.count(of: shape),
      "\(elements.count) elements do not fill the shape \(shape)")
    self.shape = shape
    self.order = order
    self.elements = elements
    strides = order.strides(for: shape)
  }

  /// The number of elements.
  public var count: Int { elements.count }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// Changes the elements in place, in the order of memory.
  ///
  /// To read them without a copy, use `elements.span`.
  public mutating func withMutableSpan<Result>(_ body: (inout MutableSpan<Float>) throws -> Result) rethrows
    -> Result
  {
    var span = elements.mutableSpan
    return try body(&span)
  }

  /// The element at the given index along each axis.
  public subscript(indices: Int...) -> Float {
    get { elements[offset(indices)] }
    set { elements[offset(indices)] = newValue }
  }

  /// Returns the same tensor with its elements in `newOrder`.
  public func ordered(_ newOrder: StorageOrder) -> Tensor {
    if newOrder == order { return self }
    return Tensor(
      shape: shape, order: newOrder, elements: order.reordered(elements, shape: shape, to: newOrder))
  }

  /// Returns the steps `range` of the last axis, in the same storage order.
  ///
  /// `[N, C, T]` becomes `[N, C, range.count]`.
  public func steps(_ range: Range<Int>) -> Tensor {
    precondition(
      rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[rank - 1], "steps out of range")
    return gathered(axis: rank - 1, Array(range))
  }

  /// Returns the rows `indices` of the first axis, in the given order and the same storage order.
  public func rows(_ indices: [Int]) -> Tensor {
    precondition(rank > 0 && indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "rows out of range")
    return gathered(axis: 0, indices)
  }

  private func gathered(axis: Int, _ indices: [Int]) -> Tensor {
    var newShape = shape
    newShape[axis] = indices.count
    var result = Tensor(shape: newShape, order: order)
    // In memory the tensor is [outer, shape[axis], inner], with the axes slower and faster than `axis`
    // combined.
    let inner = strides[axis]
    let axisCount = shape[axis]
    guard inner > 0, axisCount > 0, !indices.isEmpty else { return result }
    let outer = count / (inner * axisCount)
    var to = 0
    for block in 0..<outer {
      for index in indices {
        let from = (block * axisCount + index) * inner
        for element in 0..<inner { result.elements[to + element] = elements[from + element] }
        to += inner
      }
    }
    return result
  }

  private func offset(_ indices: [Int]) -> Int {
    precondition(indices.count == rank, "\(indices.count) indices for a tensor of shape \(shape)")
    var offset = 0
    for axis in 0..<rank {
      precondition(
        indices[axis] >= 0 && indices[axis] < shape[axis], "index \(indices) outside shape \(shape)")
      offset += indices[axis] * strides[axis]
    }
    return offset
  }

  private static func count(of shape: [Int]) -> Int {
    precondition(shape.allSatisfy { $0 >= 0 }, "a negative size in the shape \(shape)")
    return shape.reduce(1, *)
  }
}

extension Tensor: Equatable {
  /// Returns true if shapes and elements are equal; the storage orders may differ.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape
      && (a.order == b.order ? a.elements == b.elements : a.elements == b.ordered(a.order).elements)
  }
}
