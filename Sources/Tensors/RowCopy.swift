extension MutableSpan where Element == Float {
  /// Copies rows of `width` elements, which lie one after the other in `source`, to places that are `stride` apart.
  ///
  /// One check for all rows, so that the copy runs at the speed of memory: what is left of a pass over a cache is this.
  package mutating func copyRows(_ source: [Float], width: Int, to start: Int, stride: Int) {
    let rows = width == 0 ? 0 : source.count / width
    if rows == 0 { return }
    precondition(
      start >= 0 && (rows == 1 || stride >= width) && start + (rows - 1) * stride + width <= count
        && source.count == rows * width,
      "\(rows) rows of \(width) elements, \(stride) apart from \(start) on, do not lie in \(count)")
    withUnsafeMutableBufferPointer { target in
      source.withUnsafeBufferPointer { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        for row in 0..<rows {
          (to + start + row &* stride).update(from: from + row &* width, count: width)
        }
      }
    }
  }
}
