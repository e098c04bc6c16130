import CKernels
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
  static func multiply(
    _ a: Matrix, _ b: Matrix, m: Int, n: Int, k: Int, beta: Float, into result: inout [Float],
    at start: Int = 0
  ) {
    precondition(
      a.values.count >= a.start + m * k && b.values.count >= b.start + k * n && start >= 0
        && result.count >= start + m * n,
      "a product of [\(m), \(k)] and [\(k), \(n)] that does not fit its matrices")
    if m == 0 || n == 0 { return }
    if k == 0 {
      // Nothing to add: the product of empty matrices is 0.
      for index in start..<start + m * n { result[index] = beta == 0 ? 0 : beta * result[index] }
      return
    }
    if isOwn {
      precondition(beta == 0 || beta == 1, "products are added, or written over what was there")
      a.withMatrix(rows: m, columns: k) { a in
        b.withMatrix(rows: k, columns: n) { b in
          result.withUnsafeMutableBufferPointer { c in
            timestep_product(m, n, k, a, b, beta == 1, c.baseAddress.map { $0 + start })
          }
        }
      }
      return
    }
    a.values.withUnsafeBufferPointer { aValues in
      b.values.withUnsafeBufferPointer { bValues in
        result.withUnsafeMutableBufferPointer { c in
          guard let first = aValues.baseAddress, let second = bValues.baseAddress, let c = c.baseAddress
          else { return }
          product(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
            b.isTransposed ? CblasTrans : CblasNoTrans,
            Int32(m), Int32(n), Int32(k), 1, first + a.start, Int32(a.isTransposed ? m : k), second + b.start,
            Int32(b.isTransposed ? k : n), beta, c + start, Int32(n))
        }
      }
    }
  }

  /// As the other `multiply`, by a matrix that `packed` may have packed: if so, `b` is not looked at.
  static func multiply(
    _ a: Matrix, _ b: Matrix, _ packed: PackedMatrix, m: Int, n: Int, k: Int, beta: Float,
    into result: inout [Float], at start: Int = 0
  ) {
    guard m > 0, let packed = packed.packed(k: k, n: n) else {
      return multiply(a, b, m: m, n: n, k: k, beta: beta, into: &result, at: start)
    }
    precondition(
      start >= 0 && result.count >= start + m * n && (beta == 0 || beta == 1), "a result that does not fit")
    a.withMatrix(rows: m, columns: k) { a in
      result.withUnsafeMutableBufferPointer { c in
        timestep_packed_product(m, n, k, a, packed.values, beta == 1, c.baseAddress.map { $0 + start })
      }
    }
  }
}
