import FoundationEssentials
import Networks
import Platform
import TestSupport
import Testing

/// Archives that are made from one that Deeplearning4j wrote, with changes.
struct DL4JArchiveScratch {
  private let scratch: ModelScratch
  /// The contents of the entries.
  var entries: [(name: String, bytes: [UInt8])]

  /// Begins with a model of `Fixtures/dl4j`, such as `models/video`.
  init(_ name: String) throws {
    scratch = try ModelScratch()
    entries = try MappedFile("\(DL4JIndex.folder)/\(name).zip").withBytes { bytes in
      let archive = try ZipReader(bytes)
      return try archive.entries().map { ($0.name, try archive.read($0, count: $0.byteCount)) }
    }
  }

  /// Replaces a text of `configuration.json`; it must be there.
  mutating func replace(_ text: String, with other: String) throws {
    let index = try #require(entries.firstIndex { $0.name == "configuration.json" })
    let old = String(decoding: entries[index].bytes, as: UTF8.self)
    try #require(old.contains(text), "\(text)")
    entries[index].bytes = Array(old.replacing(text, with: other).utf8)
  }

  /// Replaces an entry; without bytes, it is left out.
  mutating func set(_ name: String, _ bytes: [UInt8]?) {
    entries.removeAll { $0.name == name }
    if let bytes { entries.append((name, bytes)) }
  }

  /// Writes the archive, and reads it as a model.
  func read() throws -> ModelFile { try ModelFile(write()) }

  /// Writes the archive, and returns its path.
  func write() throws -> String { try scratch.write(archive) }

  /// Writes any bytes, and returns their path.
  func write(_ bytes: [UInt8]) throws -> String { try scratch.write(bytes) }

  /// The bytes of the archive.
  var archive: [UInt8] { zipArchive(entries.map { ArchivedFile($0.name, $0.bytes) }) }
}

/// Bytes as Java's `DataOutput` writes them.
struct JavaBytes {
  private(set) var bytes: [UInt8] = []

  mutating func text(_ text: String) {
    number(UInt16(text.utf8.count))
    bytes += text.utf8
  }

  mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }

  /// Adds an array of ND4J, as version 1.0.0 writes it.
  mutating func array(_ values: [Float], shape: [Int]? = nil) {
    let shape = shape ?? [1, values.count]
    let numbers = [shape.count] + shape + [Int](repeating: 1, count: shape.count) + [0, 1, 99]
    text("LONG_SHAPE")
    number(Int64(numbers.count))
    text("LONG")
    for value in numbers { number(Int64(value)) }
    text("MIXED_DATA_TYPES")
    number(Int64(values.count))
    text("FLOAT")
    for value in values { number(value.bitPattern) }
  }
}
