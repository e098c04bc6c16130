import CNetworkKernels
import COpenBLAS
import Glibc

/// Matrix products: our own where the CPU has AVX-512, else OpenBLAS's, one thread a call: the threads of the pool share the
/// cores instead.
///
/// Sizes are checked here, so that no call can read past its matrices.
enum BLAS {
  /// A row-major matrix that lies in an array from some element on.
  struct Matrix {
    fileprivate let values: [Float]
    fileprivate let start: Int
    fileprivate let isTransposed: Bool

    /// The matrix as it lies in memory.
    static func plain(_ values: [Float], at start: Int = 0) -> Matrix {
      Matrix(values: values, start: start, isTransposed: false)
    }

    /// The transpose of the matrix that lies in memory.
    static func transposed(_ values: [Float], at start: Int = 0) -> Matrix {
      Matrix(values: values, start: start, isTransposed: true)
    }

    /// Gives the matrix as our own kernels take it.
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

  /// Whether products are our own.
  static let isOwn = Kernels.bestVersion == TIMESTEP_AVX512

  /// The one routine that is used, of the type that <cblas.h> declares.
  private typealias Product =
    @convention(c) (
      CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
      UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void

  /// `cblas_sgemm`, looked up on first use instead of linked.
  ///
  /// As it is loaded, OpenBLAS starts a thread a core, which spin for a tenth of a second, whether a product is wanted
  /// or not: 8 percent of what `convert` of 90 MB takes. Told before it is loaded, it starts none.
  private static let product: Product = {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
      let symbol = dlsym(library, "cblas_sgemm")
    else {
      let cause = dlerror().map { String(cString: $0) } ?? "no reason given"
      fatalError("OpenBLAS cannot be loaded (\(cause)); install libopenblas0")
    }
    return unsafeBitCast(symbol, to: Product.self)
  }()

  /// `c [m, n] = a [m, k] b [k, n] + beta c`, with `c` lying in `result` from `start` on.
  ///
  /// - Parameters:
  ///   - packed: If it has packed `b`, `b` is not looked at.
  ///   - rows: The rows of `a` and `c`, in rising order, that matter; the others of `c` may be left alone. `nil`: all.
  ///   - terms: The columns of `a`, and rows of `b`, in rising order, that matter: all others of one of the two are 0.
  ///     `nil`: all. Either `rows` or `terms` is `nil`.
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
      // Nothing to add: the product of empty matrices is 0.
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
            product(
              CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
              b.isTransposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, first.values,
              Int32(a.isTransposed ? m : k), second.values, Int32(b.isTransposed ? k : n), beta, c, Int32(n))
          }
        }
      }
    }
  }

  /// The product by our own kernels.
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
  /// Gives where the numbers lie; `nil` when there is no list.
  fileprivate func withPointer(_ body: (UnsafePointer<UInt32>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
