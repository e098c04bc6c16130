import Glibc
import Timestep

/// Copies 64 MB of memory, more than any cache holds, on both cores.
struct CopyLimit: Workload {
  static let byteCount = 64 << 20
  private let from: Memory
  private let to: Memory

  init() {
    from = Memory(Self.byteCount)
    to = Memory(Self.byteCount)
  }

  func run() -> Int {
    let (from, to) = (from, to)
    let half = Self.byteCount / 2
    WorkerPool.shared.forEach(2) { share in
      memcpy(to.address + share * half, from.address + share * half, half)
    }
    return Self.byteCount
  }
}

/// Newly allocated memory, touched once.
final class Memory: @unchecked Sendable {
  // Each thread of one `forEach` writes only its own half.
  let address: UnsafeMutableRawPointer

  init(_ count: Int) {
    address = .allocate(byteCount: count, alignment: 4096)
    // 0.75 as Float: neither 0 nor denormal.
    memset(address, 0x3F, count)
  }

  deinit { address.deallocate() }
}
