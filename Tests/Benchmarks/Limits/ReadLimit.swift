import Glibc
import Synchronization
import Timestep

/// Reads the files of `DirectoryEpoch` with plain `read(2)` calls on two threads, or with `--sequential yes`
/// the file of `GroupedFileEpoch`.
struct ReadLimit: Workload {
  private let paths: [String]
  private let workers: WorkerPool
  /// The number of bytes that a thread requests in one call.
  private static let blockSize = 1 << 20

  init(_ arguments: Arguments) throws {
    let path = try arguments.text("data")
    let count = try arguments.number("count", default: 5_000)
    paths =
      arguments.has("sequential")
      ? ["\(path)/grouped.csv"]
      : (0..<count).flatMap { ["\(path)/directory/f_\($0).csv", "\(path)/directory/l_\($0).csv"] }
    workers = WorkerPool(threads: try arguments.number("threads", default: 2))
  }

  func run() throws -> Int {
    let total = Atomic<Int>(0)
    let paths = paths
    let shareCount = paths.count == 1 ? 1 : 64
    workers.forEach(shareCount) { share in
      withUnsafeTemporaryAllocation(byteCount: Self.blockSize, alignment: 4096) { block in
        var sum = 0
        for index in paths.count * share / shareCount..<paths.count * (share + 1) / shareCount {
          let file = open(paths[index], O_RDONLY | O_CLOEXEC)
          while true {
            let count = read(file, block.baseAddress, Self.blockSize)
            if count <= 0 { break }
            sum += count
          }
          close(file)
        }
        total.add(sum, ordering: .relaxed)
      }
    }
    return total.load(ordering: .relaxed)
  }
}
