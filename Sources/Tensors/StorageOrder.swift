/// The order in which a tensor's elements lie in memory.
///
/// It never changes a tensor's meaning.
public enum StorageOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// The last axis varies fastest (C, row-major): `[N, C, T]` has time fastest.
  case c
  /// The first axis varies fastest (Fortran, column-major): `[N, C, T]` has examples fastest.
  case f
  /// The last axis varies slowest, the others in row-major order: every step of `[N, C, T]` is an N x C matrix.
  case timeMajor

  /// The distance in elements between neighbours along each axis.
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
