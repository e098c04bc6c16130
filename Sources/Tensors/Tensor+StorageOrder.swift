extension Tensor {
  /// The order of the elements of a tensor in memory.
  ///
  /// It does not change the value of the tensor.
  public enum StorageOrder: String, Sendable, Hashable, Codable, CaseIterable {
    /// The last axis varies fastest (C, row-major): `[N, C, T]` has time fastest.
    case c
    /// The first axis varies fastest (Fortran, column-major): `[N, C, T]` has examples fastest.
    case f
    /// The last axis varies slowest, the others are row-major.
    ///
    /// Each step of `[N, C, T]` is a contiguous N x C matrix.
    case timeMajor

    /// Returns the distance in elements between neighbours along each axis of a tensor of `shape`.
    public func strides(for shape: [Int]) -> [Int] {
      var strides = [Int](repeating: 1, count: shape.count)
      var stride = 1
      for axis in axesFastestFirst(rank: shape.count) {
        strides[axis] = stride
        stride *= shape[axis]
      }
      return strides
    }

    func axesFastestFirst(rank: Int) -> [Int] {
      switch self {
      case .c: return Array((0..<rank).reversed())
      case .f: return Array(0..<rank)
      case .timeMajor: return rank == 0 ? [] : Array((0..<rank - 1).reversed()) + [rank - 1]
      }
    }
  }
}
