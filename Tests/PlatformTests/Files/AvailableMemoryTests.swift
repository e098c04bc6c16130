import Testing

@testable import Platform

struct AvailableMemoryTests {
  @Test func theLeastLimitCounts() throws {
    let bytes = try #require(AvailableMemory.bytes())
    #expect(bytes > 1 << 20 && bytes < 1 << 50)
  }

  @Test func theMemoryOfTheMachine() {
    #expect(
      AvailableMemory.machine("MemTotal:       24684096 kB\nMemAvailable:   23671148 kB\n") == 23_671_148
        * 1024)
    #expect(AvailableMemory.machine("MemTotal: 1 kB\n") == nil)
  }

  @Test func theLimitsOfAllEnclosingGroups() {
    #expect(
      AvailableMemory.groups("0::/a/b\n").map(\.path) == [
        "/sys/fs/cgroup", "/sys/fs/cgroup/a", "/sys/fs/cgroup/a/b",
      ])
    #expect(AvailableMemory.groups("0::/\n").map(\.isUnified) == [true])
    let older = AvailableMemory.groups("4:cpu,cpuacct:/x\n9:memory:/docker/1\n")
    #expect(
      older.map(\.path) == [
        "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/docker", "/sys/fs/cgroup/memory/docker/1",
      ])
    #expect(older.allSatisfy { !$0.isUnified } && AvailableMemory.groups("").isEmpty)
  }

  @Test func cachedFilesAreFreedWhenMemoryIsNeeded() {
    #expect(AvailableMemory.reclaimable("anon 7\ninactive_file 100\nactive_file 23\nslab 5\n") == 123)
    #expect(AvailableMemory.reclaimable("") == 0)
  }

  @Test(
    arguments: [
      (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1549, "1.5 kB"), (99_400, "99.4 kB"),
      (99_600, "100 kB"), (999_600, "1 MB"), (4_096_000_032, "4.1 GB"), (2.5e12, "2.5 TB"), (7e17, "700 PB"),
    ] as [(Double, String)])
  func amountsInWords(bytes: Double, text: String) {
    #expect(AvailableMemory.text(bytes) == text)
  }
}
