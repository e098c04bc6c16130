extension Tensor.StorageOrder {
  /// Reorders `elements` of a tensor of `shape` from this order to `newOrder`.
  ///
  /// ```swift
  /// Tensor.StorageOrder.f.reordered([1, 4, 2, 5, 3, 6], shape: [2, 3], to: .c)   // [1, 2, 3, 4, 5, 6]
  /// ```
  public func reordered<Element>(_ elements: [Element], shape: [Int], to newOrder: Tensor.StorageOrder)
    -> [Element]
  {
    let strides = strides(for: shape)
    // The axes in the order of the result, slowest first, so that the result is written sequentially.
    let axes = newOrder.axesFastestFirst(rank: shape.count).reversed().map { axis in
      Axis(count: shape[axis], stride: strides[axis])
    }
    let count = shape.reduce(1, *)
    precondition(elements.count == count, "\(elements.count) elements do not fill the shape \(shape)")
    guard count > 0 else { return [] }
    return [Element](unsafeUninitializedCapacity: count) { result, initializedCount in
      elements.withUnsafeBufferPointer { source in
        gather(source, at: 0, axes[...], into: result, &initializedCount)
      }
    }
  }
}

/// One axis of a tensor in memory.
private struct Axis {
  var count: Int
  var stride: Int
}

/// Appends the elements from `start` along `axes`, which are ordered slowest first, to `result`.
///
/// The two fastest axes are plain loops; the others are recursive. (For a batch `[N, C, T]` there is one call
/// for each index of the slowest axis.)
private func gather<Element>(
  _ source: UnsafeBufferPointer<Element>, at start: Int, _ axes: ArraySlice<Axis>,
  into result: UnsafeMutableBufferPointer<Element>, _ written: inout Int
) {
  let one = Axis(count: 1, stride: 0)
  guard axes.count <= 2 else {
    let axis = axes.first ?? one
    for index in 0..<axis.count {
      gather(source, at: start + index * axis.stride, axes.dropFirst(), into: result, &written)
    }
    return
  }
  let fast = axes.last ?? one
  let slow = axes.dropLast().last ?? one
  var to = written
  var row = start
  for _ in 0..<slow.count {
    var from = row
    for _ in 0..<fast.count {
      result.initializeElement(at: to, to: source[from])
      to &+= 1
      from &+= fast.stride
    }
    row &+= slow.stride
  }
  written = to
}
