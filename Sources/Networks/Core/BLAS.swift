import CNetworkKernels
import COpenBLAS
import Glibc
import Platform
import Synchronization

/// Matrix products: our own kernels where the CPU has AVX-512, otherwise OpenBLAS.
///
/// OpenBLAS uses one thread per call, because the threads of the pool share the cores instead. Sizes are
/// checked here, so that no call can read past its matrices.
enum BLAS {
  /// A row-major matrix that begins at some element of an array.
  struct Matrix {
    fileprivate let values: [Float]
    fileprivate let start: Int
    fileprivate let isTransposed: Bool

    /// Returns the matrix as it lies in memory.
    static func plain(_ values: [Float], at start: Int = 0) -> Matrix {
      Matrix(values: values, start: start, isTransposed: false)
    }

    /// Returns the transpose of the matrix that lies in memory.
    static func transposed(_ values: [Float], at start: Int = 0) -> Matrix {
      Matrix(values: values, start: start, isTransposed: true)
    }

    /// Calls `body` with the matrix in the form that our own kernels take.
    func withMatrix(rows: Int, columns: Int, _ body: (timestep_matrix) -> Void) {
      precondition(values.count >= start + rows * columns, "a matrix [\(rows), \(columns)] that is not there")
      values.withUnsafeBufferPointer {
        body(
          timestep_matrix(
            values: $0.baseAddress.map { $0 + start }, row_stride: isTransposed ? 1 : columns,
            column_stride: isTransposed ? rows : 1))
      }
    }
  }

  /// True if products are computed by our own kernels.
  static let isOwn = Kernels.bestVersion == TIMESTEP_AVX512

  /// The type of `cblas_sgemm`, the only routine used, as <cblas.h> declares it.
  private typealias Product =
    @convention(c) (
      CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
      UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void

  /// OpenBLAS, loaded on first use instead of linked.
  ///
  /// When loaded, OpenBLAS starts one thread per core, which spin for a tenth of a second even if no product
  /// is needed: 8 percent of the time that `convert` takes for 90 MB. The variable, set before loading,
  /// prevents this.
  private static let loaded: Result<Library, NetworkError> = {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
      let product = dlsym(library, "cblas_sgemm")
    else {
      let cause = dlerror().map { String(cString: $0) } ?? "no reason given"
      return .failure(
        NetworkError(
          "OpenBLAS cannot be loaded (\(cause)); install libopenblas0, or raise the limit if it names one (ulimit)"
        ))
    }
    let allocate = dlsym(library, "blas_memory_alloc").map { unsafeBitCast($0, to: Allocation.self) }
    let free = dlsym(library, "blas_memory_free").map { unsafeBitCast($0, to: Deallocation.self) }
    return .success(
      Library(product: unsafeBitCast(product, to: Product.self), allocate: allocate, free: free))
  }()

  /// The library, which `reserveBuffers` has loaded before any pass over batches or steps of a session.
  ///
  /// A session whose single steps are computed by our own kernels never needs it, and does not load it.
  private static let library: Library = {
    switch loaded {
    case .success(let library): return library
    // Products are computed in the middle of passes that do not throw, and nothing can go on without them.
    case .failure(let error): fatalError("\(error)")
    }
  }()

  /// The functions of OpenBLAS that are used.
  private struct Library {
    let product: Product
    /// Takes a buffer, and allocates it if there is none; private functions of OpenBLAS, which another library with its
    /// name may not have.
    let allocate: Allocation?
    /// Gives a buffer back, which stays allocated.
    let free: Deallocation?
  }

  private typealias Allocation = @convention(c) (Int32) -> UnsafeMutableRawPointer?
  private typealias Deallocation = @convention(c) (UnsafeMutableRawPointer?) -> Void

  /// The address space that OpenBLAS takes when it is loaded, and for the buffer of each product at a time.
  ///
  /// Little of it is used. If the second does not fit in the limit of the address space, OpenBLAS ends the process.
  private static let (loadedSize, bufferSize) = (256 << 20, 130 << 20)
  /// The number of buffers that are allocated; `nil` before OpenBLAS is loaded.
  private static let bufferCount = Mutex<Int?>(nil)

  /// Loads OpenBLAS, and allocates its buffers for `count` products at a time if the address space is limited.
  ///
  /// - Returns: `nil` if there is room for them; otherwise, the available and the required bytes.
  /// - Throws: `NetworkError` if OpenBLAS cannot be loaded.
  static func reserveBuffers(_ count: Int) throws(NetworkError) -> (available: Int, required: Int)? {
    if isOwn { return nil }
    return try bufferCount.withLock { (allocated) throws(NetworkError) -> (available: Int, required: Int)? in
      if let allocated, allocated >= count { return nil }
      guard let available = AvailableMemory.addressSpace() else {
        _ = try loaded.get()
        allocated = .max
        return nil
      }
      let required = (allocated == nil ? loadedSize : 0) + (count - (allocated ?? 0)) * bufferSize
      guard required <= available else { return (available, required) }
      let library = try loaded.get()
      if let allocate = library.allocate, let free = library.free {
        let buffers = (0..<count).map { _ in allocate(0) }
        buffers.forEach(free)
      }
      allocated = count
      return nil
    }
  }

  /// Computes `c [m, n] = a [m, k] b [k, n] + beta c`, with `c` in `result` from `start` on.
  ///
  /// - Parameters:
  ///   - packed: `b` in packed form; if it holds a matrix, `b` itself is not read.
  ///   - rows: The rows of `a` and `c`, in rising order, that matter; the other rows of `c` may be left
  ///     unchanged. `nil`: all.
  ///   - terms: The columns of `a`, and rows of `b`, in rising order, that matter: in all others, one of the
  ///     two is 0. `nil`: all. Either `rows` or `terms` is `nil`.
  static func multiply(
    _ a: Matrix, _ b: Matrix, packed: PackedMatrix? = nil, m: Int, n: Int, k: Int, beta: Float,
    into result: inout [Float], at start: Int = 0, rows: ArraySlice<UInt32>? = nil,
    terms: ArraySlice<UInt32>? = nil
  ) {
    precondition(
      a.values.count >= a.start + m * k && b.values.count >= b.start + k * n && start >= 0
        && result.count >= start + m * n && (beta == 0 || beta == 1) && Int(rows?.last ?? 0) < max(1, m)
        && Int(terms?.last ?? 0) < max(1, k) && (rows == nil || terms == nil),
      "a product of [\(m), \(k)] and [\(k), \(n)] that does not fit its matrices")
    if m == 0 || n == 0 { return }
    if k == 0 {
      // The product of empty matrices is 0.
      for index in start..<start + m * n { result[index] = beta == 0 ? 0 : result[index] }
      return
    }
    a.withMatrix(rows: m, columns: k) { first in
      b.withMatrix(rows: k, columns: n) { second in
        result.withUnsafeMutableBufferPointer { buffer in
          guard let c = buffer.baseAddress.map({ $0 + start }) else { return }
          if isOwn {
            multiply(first, second, packed?.packed(k: k, n: n), m, n, k, beta == 1, c, rows, terms)
          } else {
            library.product(
              CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
              b.isTransposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, first.values,
              Int32(a.isTransposed ? m : k), second.values, Int32(b.isTransposed ? k : n), beta, c, Int32(n))
          }
        }
      }
    }
  }

  /// Computes the product with our own kernels.
  private static func multiply(
    _ a: timestep_matrix, _ b: timestep_matrix, _ packed: AlignedFloats?, _ m: Int, _ n: Int, _ k: Int,
    _ adds: Bool, _ c: UnsafeMutablePointer<Float>, _ rows: ArraySlice<UInt32>?, _ terms: ArraySlice<UInt32>?
  ) {
    // Without terms, the sums are 0.
    if terms?.isEmpty ?? false {
      if !adds { c.update(repeating: 0, count: m * n) }
      return
    }
    rows.withPointer { rowList in
      if let packed {
        timestep_multiply_packed(rows?.count ?? m, n, k, a, packed.values, adds, c, rowList)
      } else {
        terms.withPointer { termList in
          timestep_multiply_matrices(
            rows?.count ?? m, n, terms?.count ?? k, a, b, adds, c, rowList, termList)
        }
      }
    }
  }
}

extension ArraySlice<UInt32>? {
  /// Calls `body` with a pointer to the numbers; `nil` if there is no list.
  fileprivate func withPointer(_ body: (UnsafePointer<UInt32>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

/// Memory for values that begins at a multiple of the cache line size.
///
/// `@unchecked Sendable`: the writer has just created it, or knows that there is no other reference to it.
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
