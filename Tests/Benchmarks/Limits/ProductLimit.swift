import Glibc
import Timestep

/// `product M N K`: `cblas_sgemm` of [M, K] and [K, N] on two threads simultaneously, as the network uses it.
///
/// A sample is the seconds of both; its number of operations is 4 M N K.
struct ProductLimit: Workload {
  private typealias Product =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>,
      Int32,
      Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void

  private let sizes: [Int]
  private let product: Product
  private let matrices: [[Memory]]

  init(_ arguments: Arguments) throws {
    sizes = try arguments.sizes(3)
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
      let symbol = dlsym(library, "cblas_sgemm")
    else { throw ArgumentError(problem: "OpenBLAS cannot be loaded") }
    product = unsafeBitCast(symbol, to: Product.self)
    let (m, n, k) = (sizes[0], sizes[1], sizes[2])
    matrices = (0..<2).map { _ in [m * k, k * n, m * n].map { Memory($0 * 4) } }
  }

  func run() -> Int {
    let (product, matrices) = (product, matrices)
    let (m, n, k) = (Int32(sizes[0]), Int32(sizes[1]), Int32(sizes[2]))
    // Enough in one call that waking the threads does not matter.
    let times = max(1, 200_000_000 / (2 * sizes[0] * sizes[1] * sizes[2]))
    WorkerPool.shared.forEach(2) { share in
      let pointers = matrices[share].map { $0.address.assumingMemoryBound(to: Float.self) }
      for _ in 0..<times {
        // Row-major, neither transposed.
        product(101, 111, 111, m, n, k, 1, pointers[0], k, pointers[1], n, 0, pointers[2], n)
      }
    }
    return times
  }
}
