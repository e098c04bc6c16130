import CLinux
import Glibc

/// The memory that this process can still allocate.
///
/// It is the least of what the limit of its address space, the limits of its control groups and the machine
/// leave.
package enum AvailableMemory {
  /// Amounts up to this many bytes are not worth asking for: asking takes as long as clearing a megabyte.
  package static let negligible = 16 << 20
  /// The bytes that are left for all amounts that are not worth asking for.
  private static let margin = 64 << 20

  /// Returns the number of bytes; `nil` if nothing is known.
  package static func bytes() -> Int? {
    [addressSpace(), controlGroups(), machine(contents(of: "/proc/meminfo") ?? "")].compactMap { $0 }.min()
  }

  /// Returns what is available and what is required, in words, if `bytes` do not fit; `nil` if they do.
  ///
  /// - Parameter allocated: The part of `bytes` that this process has allocated already.
  package static func excess(_ bytes: Double, allocated: Double = 0) -> String? {
    guard bytes > Double(negligible), bytes > allocated, let available = self.bytes() else { return nil }
    let usable = max(0, min(available - margin, available / 16 * 15))
    guard bytes - allocated > Double(usable) else { return nil }
    return "expected at most \(text(Double(usable) + allocated)), found \(text(bytes))"
  }

  /// Returns a number of bytes in words: "1.5 GB".
  package static func text(_ bytes: Double) -> String {
    var (value, unit) = (bytes, "bytes")
    for larger in ["kB", "MB", "GB", "TB", "PB"] where value >= 999.5 {
      (value, unit) = (value / 1000, larger)
    }
    let tenths = (value * 10).rounded() / 10
    return (value >= 99.5 || tenths == tenths.rounded() ? "\(Int(value.rounded()))" : "\(tenths)")
      + " \(unit)"
  }

  /// Makes all threads allocate from one heap if the address space is limited.
  ///
  /// Otherwise the C library reserves 64 MB of it for the heap of each thread, so that nothing may be left for what the
  /// thread reads. Call it before there are threads.
  package static func keepAddressSpace() {
    guard timestep_address_space_limit() >= 0 else { return }
    _ = mallopt(Int32(timestep_heap_count), 1)
  }

  /// Returns the number of bytes that the limit of the address space leaves; `nil` without a limit.
  package static func addressSpace() -> Int? {
    let limit = timestep_address_space_limit()
    guard limit >= 0,
      let pages = contents(of: "/proc/self/statm")?.split(separator: " ").first.flatMap({ Int($0) })
    else { return nil }
    return max(0, limit - pages * sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func controlGroups() -> Int? {
    groups(contents(of: "/proc/self/cgroup") ?? "").compactMap { group in
      let (limitName, usageName) =
        group.isUnified
        ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
      func number(_ name: String) -> Int? {
        contents(of: "\(group.path)/\(name)").flatMap { Int($0.prefix { $0 != "\n" }) }
      }
      guard let limit = number(limitName), let usage = number(usageName) else { return nil }
      return max(0, limit - usage + reclaimable(contents(of: "\(group.path)/memory.stat") ?? ""))
    }.min()
  }

  /// Returns the folders of the groups that limit memory, in the text of `/proc/self/cgroup`: a limit of a
  /// group holds for all groups in it.
  static func groups(_ text: String) -> [(path: String, isUnified: Bool)] {
    text.split(separator: "\n").flatMap { line -> [(path: String, isUnified: Bool)] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[1].isEmpty || fields[1].split(separator: ",").contains("memory") else {
        return []
      }
      let root = fields[1].isEmpty ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      let names = fields[2].split(separator: "/")
      return (0...names.count).map { count in
        (names.prefix(count).reduce(root) { "\($0)/\($1)" }, fields[1].isEmpty)
      }
    }
  }

  /// Returns the bytes of cached files in the text of `memory.stat`, which the kernel frees when they are
  /// needed.
  static func reclaimable(_ text: String) -> Int {
    text.split(separator: "\n").reduce(0) { sum, line in
      let fields = line.split(separator: " ")
      guard fields.count == 2, ["active_file", "inactive_file"].contains(fields[0]) else { return sum }
      return sum + (Int(fields[1]) ?? 0)
    }
  }

  /// Returns the available memory in the text of `/proc/meminfo`.
  static func machine(_ text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16384)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
