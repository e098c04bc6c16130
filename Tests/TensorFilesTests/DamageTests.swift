import Glibc
import Platform
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Any damage to a file gives an error or the right values, never a trap.
struct DamageTests {
  private static let tensors = [
    NamedTensor("a", numbered([2, 3])), NamedTensor("lengths", .integers(shape: [2], elements: [1, 2])),
    NamedTensor("z", Tensor(shape: [0, 2])),
  ]

  /// A small valid file of each format.
  private func sound(_ format: TensorFileFormat, _ scratch: TestDirectory) throws -> [UInt8] {
    try format.write(Self.tensors, to: scratch.path("sound"))
    return try bytes(scratch.path("sound"))
  }

  @Test(arguments: TensorFileFormat.allCases)
  func everyTruncationIsRejected(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    let all = try sound(format, scratch)
    for count in 0..<all.count {
      let path = scratch.write(Array(all[..<count]), to: "x")
      #expect(throws: TensorFileError.self, "\(count) of \(all.count) bytes") { try format.open(path) }
    }
  }

  @Test func everyTruncationOfAnArrayIsRejected() throws {
    let scratch = TestDirectory()
    let all = try bytes(fixture("version2.npy"))
    for count in 0..<all.count {
      let path = scratch.write(Array(all[..<count]), to: "x")
      #expect(throws: TensorFileError.self, "\(count) of \(all.count) bytes") { try NpyFile.read(path) }
    }
    let path = scratch.write(all + [0], to: "x")
    #expect(throws: TensorFileError.self) { try NpyFile.read(path) }
  }

  @Test func flippedBitsOfAnArchiveAreHarmlessOrRejected() throws {
    let scratch = TestDirectory()
    let all = try sound(.npz, scratch)
    var rejected = 0
    for position in all.indices {
      // Two bits of every byte; all eight pass as well, but take 7 seconds.
      for bit in [position % 8, (position * 3 + 1) % 8] {
        var damaged = all
        damaged[position] ^= 1 << bit
        let path = scratch.write(damaged, to: "x")
        do {
          let file = try NpzFile(path)
          // Only the names have no checksum; values under the right name must be right.
          for tensor in Self.tensors {
            let value = try file.value(tensor.name)
            #expect(value == tensor.value, "bit \(bit) of byte \(position)")
          }
        } catch is TensorFileError {
          rejected += 1
        }
      }
    }
    // Elements and headers make up most of the file; dates, versions and the like do not matter.
    #expect(rejected > all.count * 2 * 2 / 3)
  }

  @Test func everyFlippedBitOfASafetensorsHeaderIsHarmlessOrRejected() throws {
    let scratch = TestDirectory()
    let all = try sound(.safetensors, scratch)
    let headerCount = 8 + Int(all[0]) + Int(all[1]) << 8
    var rejected = 0
    for position in 0..<headerCount {
      for bit in 0..<8 {
        var damaged = all
        damaged[position] ^= 1 << bit
        let path = scratch.write(damaged, to: "x")
        do {
          _ = try SafetensorsFile(path).all()
        } catch is TensorFileError {
          rejected += 1
        }
      }
    }
    #expect(rejected > headerCount * 8 / 2)
  }

  @Test func everyFlippedBitOfAnArrayHeaderIsHarmlessOrRejected() throws {
    let scratch = TestDirectory()
    let all = try bytes(fixture("version3.npy"))
    for position in 0..<128 {
      for bit in 0..<8 {
        var damaged = all
        damaged[position] ^= 1 << bit
        let path = scratch.write(damaged, to: "x")
        do { _ = try NpyFile.read(path) } catch is TensorFileError {}
      }
    }
  }

  @Test(arguments: TensorFileFormat.allCases)
  func foreignFilesAreRejected(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    let foreign: [[UInt8]] = [
      [], Array("1,2,3\n4,5,6\n".utf8), [UInt8](repeating: 0, count: 1000),
      [UInt8](repeating: 0xFF, count: 1000),
      try bytes(fixture("version2.npy")),
    ]
    for bytes in foreign {
      let path = scratch.write(bytes, to: "x")
      #expect(throws: TensorFileError.self) { try format.open(path) }
    }
    let other = format == .npz ? fixture("python.safetensors") : fixture("stored.npz")
    #expect(throws: TensorFileError.self) { try format.open(other) }
  }

  @Test(arguments: TensorFileFormat.allCases)
  func missingFilesAndDirectoriesAreFaultsOfTheFileSystem(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    expectRejection(scratch.path("none"), "no such file") { _ = try format.open(scratch.path("none")) }
    expectRejection("/tmp", "it is a directory") { _ = try format.open("/tmp") }
    expectRejection("/dev/null", "device") { _ = try format.open("/dev/null") }
    expectRejection("/nowhere/x", "cannot be created") { try format.write([], to: "/nowhere/x") }
  }

  @Test(.enabled(if: mountingIsAllowed, "mounting a small file system needs root"))
  func aFullDiskLeavesNothing() throws {
    let scratch = TestDirectory()
    let disk = scratch.path("disk")
    try #require(mkdir(disk, 0o777) == 0 && mount("none", disk, "tmpfs", 0, "size=64k") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let tensor = numbered([100_000])
    for format in TensorFileFormat.allCases {
      expectRejection("\(disk)/x", "no space left on the device") {
        try format.write([NamedTensor("x", tensor)], to: "\(disk)/x")
      }
      #expect(try Directory.names(in: disk) == [])
    }
  }
}

/// True if this process may mount file systems, found by trying.
private let mountingIsAllowed: Bool = {
  let scratch = TestDirectory()
  guard mkdir(scratch.path("disk"), 0o777) == 0,
    mount("none", scratch.path("disk"), "tmpfs", 0, "size=4k") == 0
  else { return false }
  return umount2(scratch.path("disk"), Int32(MNT_DETACH)) == 0
}()
