import Platform

/// Reads what Java's `DataOutput` writes: numbers are big-endian, texts have their length before them.
struct JavaDataInput {
  /// The name of what is read, for messages.
  let name: String
  private let bytes: [UInt8]
  private var position = 0

  /// Begins at the first of `bytes`.
  init(_ bytes: [UInt8], name: String) { (self.bytes, self.name) = (bytes, name) }

  /// True if everything has been read.
  var isAtEnd: Bool { position == bytes.count }

  /// Reads a whole number.
  mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(Fault) -> Value {
    let size = MemoryLayout<Value>.size
    try check(size)
    var value: Value = 0
    for byte in bytes[position..<position + size] { value = value << 8 | Value(truncatingIfNeeded: byte) }
    position += size
    return value
  }

  /// Reads a number of 64 bits.
  mutating func double() throws(Fault) -> Double { Double(bitPattern: try integer(UInt64.self)) }

  /// Reads a text: two bytes of length, then UTF-8.
  mutating func text() throws(Fault) -> String {
    let count = Int(try integer(UInt16.self))
    try check(count)
    position += count
    return String(decoding: bytes[position - count..<position], as: UTF8.self)
  }

  /// Checks that `count` elements of `size` bytes each are left.
  func check(_ count: Int, of size: Int = 1) throws(Fault) {
    guard count >= 0, count <= (bytes.count - position) / size else {
      throw damage(
        "\(count) more \(size == 1 ? "bytes" : "elements of \(size) bytes")",
        "\(bytes.count - position) bytes")
    }
  }

  /// Returns the error that something else was expected at this place.
  func damage(_ expected: String, _ found: String) -> Fault {
    .damage("\(name), byte \(position)", expected: expected, found: found)
  }
}

extension Fault {
  /// Returns the error of bytes or numbers that no program writes.
  static func damage(_ place: String, expected: String, found: String) -> Fault {
    Fault(
      "\(place): expected \(expected), found \(found); it is damaged: write the model again with ModelSerializer"
    )
  }

  /// Returns the error of something that Timestep has no counterpart of.
  static func unsupported(_ place: String, expected: String, found: String) -> Fault {
    Fault(
      "\(place): expected \(expected), found \(found); use Deeplearning4j for this model, or train one without it"
    )
  }
}
