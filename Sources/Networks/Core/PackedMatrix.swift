import CNetworkKernels

/// Memory for values that begins at a multiple of the cache line size.
///
/// `@unchecked Sendable`: the writer has just created it, or knows that nobody else refers to it.
final class AlignedFloats: @unchecked Sendable {
  let values: UnsafeMutablePointer<Float>
  let count: Int

  /// Allocates memory for `count` values, which are undefined.
  init(count: Int) {
    self.count = max(1, count)
    values = UnsafeMutableRawPointer.allocate(
      byteCount: self.count * MemoryLayout<Float>.stride, alignment: 64
    ).bindMemory(to: Float.self, capacity: self.count)
  }

  deinit { values.deallocate() }
}

/// The second factor of several products, in the order in which our own kernels read it.
///
/// The memory is reused. It stays empty if OpenBLAS computes the products, because OpenBLAS packs matrices
/// itself in every product.
struct PackedMatrix: Sendable {
  private var memory: AlignedFloats?
  private var rows = 0
  private var columns = 0

  /// Packs `b [k, n]` if our own kernels are used.
  mutating func pack(_ b: BLAS.Matrix, k: Int, n: Int) {
    guard BLAS.isOwn else { return }
    (rows, columns) = (k, n)
    let count = timestep_count_packed_matrix(k, n)
    // A copy of this value reads the same memory.
    if !isKnownUniquelyReferenced(&memory) || (memory?.count ?? 0) < count {
      memory = AlignedFloats(count: count)
    }
    guard let memory else { return }
    b.withMatrix(rows: k, columns: n) { timestep_pack_matrix(k, n, $0, memory.values) }
  }

  /// Returns the packed matrix, which is `[k, n]`; `nil` if there is none.
  func packed(k: Int, n: Int) -> AlignedFloats? {
    guard let memory, BLAS.isOwn else { return nil }
    precondition(rows == k && columns == n, "another matrix was packed")
    return memory
  }
}
