extension [Float] {
  /// Copies consecutive rows of `width` elements to `target`, `stride` elements apart, from `start`.
  ///
  /// There is one bounds check for all rows, so that the copy runs at the speed of memory. A pass over a
  /// cache spends most of its time here.
  package func copyRows(width: Int, to start: Int, stride: Int, in target: inout MutableSpan<Float>) {
    let rows = width == 0 ? 0 : count / width
    if rows == 0 { return }
    precondition(
      start >= 0 && (rows == 1 || stride >= width) && start + (rows - 1) * stride + width <= target.count
        && count == rows * width,
      "\(rows) rows of \(width) elements, \(stride) apart from \(start) on, do not lie in \(target.count)")
    target.withUnsafeMutableBufferPointer { target in
      self.withUnsafeBufferPointer { source in
        guard var to = target.baseAddress.map({ $0 + start }), var from = source.baseAddress else { return }
        for _ in 0..<rows {
          copyRow(from, to, width)
          from += width
          to += stride
        }
      }
    }
  }
}

/// Copies a row.
///
/// For rows as short as those of sequences, a call of `memmove` would take longer than the copy itself.
@inline(__always)
private func copyRow(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ width: Int) {
  guard width <= 64 else { return to.update(from: from, count: width) }
  let (source, target) = (UnsafeRawPointer(from), UnsafeMutableRawPointer(to))
  let bytes = width &* 4
  var at = 0
  while at &+ 16 <= bytes {
    target.storeBytes(
      of: source.loadUnaligned(fromByteOffset: at, as: SIMD4<Float>.self), toByteOffset: at,
      as: SIMD4<Float>.self)
    at &+= 16
  }
  while at < bytes {
    target.storeBytes(of: source.load(fromByteOffset: at, as: Float.self), toByteOffset: at, as: Float.self)
    at &+= 4
  }
}
