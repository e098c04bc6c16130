import DataSets
import Networks
import Platform
import TensorFiles
import TestSupport
import Testing

/// Damaged archives of Deeplearning4j: never a trap, never a huge allocation, never another model.
@Suite struct DL4JDamageTests {
  /// Bytes of a model that change if anything in it does.
  private func contents(_ file: ModelFile) throws -> [UInt8] {
    let scratch = try ModelScratch()
    try file.save(to: scratch.path("model"), with: .updater)
    return try scratch.bytes(scratch.path("model"))
  }

  private static let unsound = "is not a sound zip archive of a Deeplearning4j model: it "

  @Test(arguments: ["networks/adam", "models/0.9.1-lstm"])
  func cutOffAnywhere(name: String) throws {
    let archive = try DL4JArchiveScratch(name)
    let bytes = try MappedFile("\(DL4JIndex.folder)/\(name).zip").withBytes { Array($0) }
    for count in bytes.indices {
      let path = try archive.write(Array(bytes[..<count]))
      #expect(throws: TensorFileError.self, "\(count) bytes") { try ModelFile(path) }
    }
    let path = try archive.write(Array(bytes.dropLast()))
    expectRejection(path, Self.unsound + "has no end of a zip archive's directory") {
      _ = try ModelFile(path)
    }
  }

  /// Dates and the like are not covered by a checksum; any other bit that differs is noticed, or is not read.
  @Test(arguments: ["networks/adam", "models/0.9.1-lstm"])
  func flippedBits(name: String) throws {
    let archive = try DL4JArchiveScratch(name)
    let whole = try MappedFile("\(DL4JIndex.folder)/\(name).zip").withBytes { Array($0) }
    let intact = try contents(ModelFile("\(DL4JIndex.folder)/\(name).zip"))
    var (refusals, flips) = (0, 0)
    for position in whole.indices {
      for bit in 0..<8 where (position + bit) % (isRelease ? 4 : 32) == 0 {
        flips += 1
        var bytes = whole
        bytes[position] ^= 1 << UInt8(bit)
        let path = try archive.write(bytes)
        do {
          #expect(try contents(ModelFile(path)) == intact, "bit \(bit) of byte \(position)")
        } catch {
          #expect(error is TensorFileError, "bit \(bit) of byte \(position): \(error)")
          refusals += 1
        }
      }
    }
    // Deflated bytes are most of the archive.
    #expect(refusals > flips * 8 / 10)
  }

  /// With checksums that are right, every byte of every entry is set to others: it is read, or refused.
  @Test(arguments: ["networks/adam", "models/0.9.1-regression", "models/video"])
  func damagedEntries(name: String) throws {
    var random = SplitMix64(seed: 97)
    let intact = try DL4JArchiveScratch(name)
    for (index, entry) in intact.entries.enumerated() {
      let stride = isRelease ? 3 : 41
      for position in Swift.stride(from: 0, to: entry.bytes.count, by: stride) {
        var archive = intact
        archive.entries[index].bytes[position] = UInt8(truncatingIfNeeded: random.next())
        check(try archive.write())
        archive.entries[index].bytes = Array(entry.bytes[..<position])
        check(try archive.write())
      }
    }
  }

  /// Reads a model, which throws no error of another type.
  private func check(_ path: String) {
    do {
      _ = try ModelFile(path)
    } catch {
      #expect(error is TensorFileError, "\(error)")
      #expect("\(error)".hasPrefix("\(path): is a model of Deeplearning4j that cannot be read: "), "\(error)")
    }
  }

  /// Numbers of elements that the file cannot contain are refused before memory is allocated for them.
  @Test func hugeCounts() throws {
    func expect(_ message: String, _ change: (inout JavaBytes) -> Void) throws {
      var archive = try DL4JArchiveScratch("networks/lstm")
      var bytes = JavaBytes()
      change(&bytes)
      archive.set("coefficients.bin", bytes.bytes)
      let path = try archive.write()
      expectMessage(
        "\(path): is a model of Deeplearning4j that cannot be read: \(message); it is damaged: write the model again with "
          + "ModelSerializer"
      ) { _ = try ModelFile(path) }
    }
    func shape(_ bytes: inout JavaBytes, _ numbers: [Int64]) {
      bytes.text("LONG_SHAPE")
      bytes.number(Int64(numbers.count))
      bytes.text("LONG")
      for number in numbers { bytes.number(number) }
    }
    func buffer(_ bytes: inout JavaBytes, _ count: Int64) {
      bytes.text("MIXED_DATA_TYPES")
      bytes.number(count)
      bytes.text("FLOAT")
    }
    let rest = [Int64](repeating: 1, count: 2) + [0, 1, 99]
    try expect(
      "coefficients.bin, byte 26: expected 9223372036854775807 more elements of 8 bytes, found 0 bytes"
    ) {
      $0.text("LONG_SHAPE")
      $0.number(Int64.max)
      $0.text("LONG")
    }
    try expect(
      "coefficients.bin, byte 123: expected 4611686018427387904 more elements of 4 bytes, found 0 bytes"
    ) {
      shape(&$0, [2, 1, 1 << 62] + rest)
      buffer(&$0, 1 << 62)
    }
    try expect("coefficients.bin, byte 123: expected -1 more elements of 4 bytes, found 0 bytes") {
      shape(&$0, [2, 1, 1] + rest)
      buffer(&$0, -1)
    }
    try expect(
      "coefficients.bin, byte 90: expected a row of numbers, found an array of shape [4611686018427387904, 4]"
    ) {
      shape(&$0, [2, 1 << 62, 4] + rest)
    }
    try expect(
      "coefficients.bin, byte 90: expected a shape of ND4J, found [9223372036854775807, 1, 1, 1, 1, 0, 1, 99]"
    ) {
      shape(&$0, [.max, 1, 1] + rest)
    }
    try expect("coefficients.bin, byte 2: expected 16706 more bytes, found 2 bytes") {
      $0.number(UInt16(0x4142))
      $0.number(UInt16(0x4344))
    }
  }

  @Test func otherArrays() throws {
    func expect(_ message: String, entry: String = "coefficients.bin", _ bytes: [UInt8]?) throws {
      var archive = try DL4JArchiveScratch("networks/adam")
      archive.set(entry, bytes)
      let path = try archive.write()
      expectRejection(path, "is a model of Deeplearning4j that cannot be read: \(message)") {
        _ = try ModelFile(path)
      }
    }
    func array(_ values: [Float], shape: [Int]? = nil) -> [UInt8] {
      var bytes = JavaBytes()
      bytes.array(values, shape: shape)
      return bytes.bytes
    }
    try expect("coefficients.bin: expected 143 parameters, found no such entry", nil)
    try expect(
      "coefficients.bin: expected 143 parameters, as the layers have, found 3", array([1, 2, 3]))
    try expect(
      "coefficients.bin, byte 135: expected finite numbers, found NaN or infinity", array([1, .nan, 3]))
    try expect("coefficients.bin, byte 127: expected the end, found more bytes", array([1]) + [0])
    try expect(
      "coefficients.bin, byte 123: expected 4 elements, as its shape says, found 2",
      array([1, 2], shape: [4, 1]))
    try expect(
      "updaterState.bin: expected 286 numbers, as the updaters have, found 2", entry: "updaterState.bin",
      array([1, 2]))
    // Half precision, and compressed arrays, are not read.
    let half = String(decoding: array([1]), as: Unicode.ASCII.self).isEmpty ? [] : array([1])
    let place = try #require(half.firstRange(of: Array("FLOAT".utf8)))
    var other = half
    other.replaceSubrange(place, with: "HALFS".utf8)
    try expect(
      "coefficients.bin: expected numbers of the type FLOAT or DOUBLE, found \"HALFS\"; use Deeplearning4j for this model",
      other)
  }

  @Test func otherArchives() throws {
    func expect(_ message: String, _ entries: [ArchivedFile]) throws {
      let scratch = try DL4JArchiveScratch("networks/lstm")
      let path = try scratch.write(zipArchive(entries))
      defer { withExtendedLifetime(scratch) {} }
      expectRejection(path, Self.unsound + message) { _ = try ModelFile(path) }
    }
    let configuration = ArchivedFile("configuration.json", "{}".utf8)
    try expect(
      "lacks configuration.json: expected what ModelSerializer writes, found \"x.npy\"",
      [ArchivedFile("x.npy", [1])])
    try expect("lacks configuration.json: expected what ModelSerializer writes, found no entry", [])
    try expect("contains \"configuration.json\" twice: expected it once", [configuration, configuration])
    try expect(
      "contains \"updater.bin\", a serialized Java object: expected the entries of version 0.9.1 or later, found an earlier "
        + "one's; save the model with a later Deeplearning4j",
      [configuration, ArchivedFile("updater.bin", [1])])
    // Objects of users lie beside the model.
    var archive = try DL4JArchiveScratch("networks/lstm")
    archive.set("objects/labels", [1, 2, 3])
    #expect(try archive.read().network.parameterCount == 143)
  }
}
