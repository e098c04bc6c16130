import Tensors
import TestSupport
import Testing

@testable import TensorFiles

/// Archives with the fields of zip64, in which entries of 4 GB and more must be described; here small ones.
@Suite struct LargeZipEntryTests {
  /// The form of one entry.
  private struct Form {
    var isDeflated = false
    var hasLargeOffset = false
    var damage: Int?
  }

  private func little(_ numbers: (count: Int, value: Int)...) -> [UInt8] {
    numbers.flatMap { number in (0..<number.count).map { UInt8(truncatingIfNeeded: number.value >> (8 * $0)) }
    }
  }

  /// CRC-32 bit by bit, as RFC 1952 defines it.
  private func checksum(_ bytes: [UInt8]) -> Int {
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return Int(~crc)
  }

  private func archive(_ entries: [(name: String, data: [UInt8])], _ form: Form) -> [UInt8] {
    let absent = 0xFFFF_FFFF
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, data) in entries {
      // A block that is stored is valid deflated data.
      var packed = data
      if form.isDeflated { packed = [1] + little((2, data.count), (2, ~data.count & 0xFFFF)) + data }
      let method = form.isDeflated ? 8 : 0
      var sizes = little((2, 1), (2, form.hasLargeOffset ? 24 : 16), (8, data.count), (8, packed.count))
      if form.hasLargeOffset { sizes += little((8, bytes.count)) }
      // Another field in front, which must be passed over.
      let extra = little((2, 0x5455), (2, 1)) + [0] + sizes
      directory += little(
        (4, 0x0201_4B50), (2, 45), (2, 45), (2, 0), (2, method), (2, 0), (2, 33), (4, checksum(data)),
        (4, absent), (4, absent), (2, name.utf8.count), (2, extra.count), (2, 0), (2, 0), (2, 0), (4, 0),
        (4, form.hasLargeOffset ? absent : bytes.count))
      directory += Array(name.utf8) + extra
      bytes += little(
        (4, 0x0403_4B50), (2, 45), (2, 0), (2, method), (2, 0), (2, 33), (4, checksum(data)), (4, absent),
        (4, absent), (2, name.utf8.count), (2, sizes.count))
      bytes += Array(name.utf8) + sizes + packed
    }
    if let damage = form.damage { bytes[bytes.count - damage] ^= 1 }
    let end = little(
      (4, 0x0605_4B50), (2, 0), (2, 0), (2, entries.count), (2, entries.count), (4, directory.count),
      (4, bytes.count), (2, 0))
    return bytes + directory + end
  }

  private func arrays(_ scratch: TestDirectory) throws -> [(name: String, data: [UInt8])] {
    try ["a", "b"].enumerated().map { number, name in
      let tensor = Tensor(shape: [2, 3], elements: (0..<6).map { Float($0 + 10 * number) })
      try NpyFile.write(.floats(tensor), to: scratch.path(name))
      return ("\(name).npy", try scratch.bytes(of: name))
    }
  }

  @Test(arguments: [false, true], [false, true])
  func arraysAreRead(isDeflated: Bool, hasLargeOffset: Bool) throws {
    let scratch = TestDirectory()
    let form = Form(isDeflated: isDeflated, hasLargeOffset: hasLargeOffset)
    let path = scratch.write(archive(try arrays(scratch), form), to: "x.npz")
    let file = try NpzFile(path)
    #expect(file.names == ["a", "b"])
    #expect(try file.floats("a").elements == (0..<6).map(Float.init))
    #expect(try file.floats("b").elements == (10..<16).map(Float.init))
  }

  @Test(arguments: [false, true]) func damageIsFound(isDeflated: Bool) throws {
    let scratch = TestDirectory()
    let entries = try arrays(scratch)
    let whole = archive(entries, Form(isDeflated: isDeflated))
    let path = scratch.write(archive(entries, Form(isDeflated: isDeflated, damage: 3)), to: "x.npz")
    expectRejection(path, "contains \"b.npy\" damaged: its checksum differs") {
      _ = try NpzFile(path).floats("b")
    }
    for count in stride(from: 0, to: whole.count, by: 7) {
      scratch.write(Array(whole.prefix(count)), to: "x.npz")
      #expect(throws: TensorFileError.self) { _ = try NpzFile(path).all() }
    }
    // Any byte of the directory: an error or the right arrays, never a trap.
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 0x81
      scratch.write(damaged, to: "x.npz")
      _ = try? NpzFile(path).all()
    }
  }
}
