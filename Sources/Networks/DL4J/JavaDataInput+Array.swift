import Platform

// The binary form of ND4J's arrays: a buffer of integers that describes the shape, then a buffer of the elements
// (`Nd4j.write`, `BaseDataBuffer.write`).
extension JavaDataInput {
  /// The types of elements, by the names in the file.
  private enum Element: String {
    case int = "INT"
    case long = "LONG"
    case float = "FLOAT"
    case double = "DOUBLE"

    var size: Int { self == .int || self == .float ? 4 : 8 }
  }

  /// The kinds of buffers whose number of elements has 32 bits, and those where it has 64.
  private static let kinds = (
    short: ["DIRECT", "HEAP", "JAVACPP"], long: ["LONG_SHAPE", "MIXED_DATA_TYPES"]
  )

  /// Reads an array that is a row of numbers.
  ///
  /// - Throws: `Fault` if it is damaged, of another shape, or of another type of elements, before memory is allocated
  ///   for them.
  mutating func vector<Value: BinaryFloatingPoint>(of type: Value.Type) throws(Fault) -> [Value] {
    let count = try elementCount()
    let (element, found) = try buffer("FLOAT or DOUBLE") { $0 == .float || $0 == .double }
    guard found == count else { throw damage("\(count) elements, as its shape says", "\(found)") }
    var values: [Value] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      values.append(
        element == .float ? Value(Float(bitPattern: try integer(UInt32.self))) : Value(try double()))
    }
    guard values.allSatisfy(\.isFinite) else { throw damage("finite numbers", "NaN or infinity") }
    return values
  }

  /// Reads the shape of an array, and returns the number of its elements.
  private mutating func elementCount() throws(Fault) -> Int {
    let (element, count) = try buffer("INT or LONG") { $0 == .int || $0 == .long }
    var numbers: [Int] = []
    for _ in 0..<count {
      numbers.append(element == .int ? Int(try integer(Int32.self)) : Int(try integer(Int64.self)))
    }
    // The rank, sizes, strides, and three more numbers, the last of which is the order: c or f.
    guard let rank = numbers.first, (1...32).contains(rank), count == 2 * rank + 4,
      let order = numbers.last, order == 99 || order == 102
    else { throw damage("a shape of ND4J", "\(numbers.prefix(12))") }
    let sizes = numbers[1...rank]
    guard sizes.allSatisfy({ $0 > 0 }), sizes.count(where: { $0 > 1 }) <= 1 else {
      throw damage("a row of numbers", "an array of shape \(Array(sizes))")
    }
    return sizes.max() ?? 1
  }

  /// Reads the head of a buffer: the type of its elements, and their number, which are left to read.
  private mutating func buffer(
    _ expected: String, _ suits: (Element) -> Bool
  ) throws(Fault) -> (Element, Int) {
    let kind = try text()
    let count: Int
    if Self.kinds.short.contains(kind) {
      count = Int(try integer(Int32.self))
    } else if Self.kinds.long.contains(kind) {
      count = Int(try integer(Int64.self))
    } else {
      throw damage("a buffer (\((Self.kinds.short + Self.kinds.long).joined(separator: ", ")))", quoted(kind))
    }
    let type = try text()
    guard let element = Element(rawValue: type), suits(element) else {
      throw .unsupported(name, expected: "numbers of the type \(expected)", found: quoted(type))
    }
    try check(count, of: element.size)
    return (element, count)
  }
}
