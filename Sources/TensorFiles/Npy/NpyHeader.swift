import Platform
import Tensors

/// The header of a numpy array: a magic string, a version, and a Python dictionary as text.
///
/// The elements follow it.
struct NpyHeader {
  var element: TensorInfo.Element
  var order: Tensor.StorageOrder
  var shape: [Int]
  /// The offset of the elements in the file.
  var dataStart: Int

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Encodes the header of an array in C order, in version 1.0, which every numpy can read.
  static func encoded(_ element: TensorInfo.Element, shape: [Int]) -> [UInt8] {
    guard let descr = element.numpyName else {
      preconditionFailure("\(element.rawValue) is not a type that npy files are written with")
    }
    return encoded(descr, shape: shape)
  }

  /// Encodes the header of an array in C order of elements with numpy's name `descr`.
  static func encoded(_ descr: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array("{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    // Padded so that the elements begin at a multiple of 64. The last byte is a line feed.
    let unpadded = magic.count + 4 + text.count + 1
    text += [UInt8](repeating: UInt8(ascii: " "), count: (64 - unpadded % 64) % 64) + [UInt8(ascii: "\n")]
    precondition(text.count <= UInt16.max, "a shape of \(shape.count) axes is too long for an npy header")
    return magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }

  /// The number of bytes that `end(of:)` needs.
  static let prefixCount = 12

  /// The end of the header that begins with `bytes`.
  static func end(of bytes: UnsafeRawBufferPointer) throws(Fault) -> Int {
    guard bytes.count >= prefixCount else {
      throw Fault("has only \(bytes.count) bytes, too few for a header")
    }
    guard bytes.starts(with: magic) else { throw Fault("does not begin with \"\\x93NUMPY\"") }
    let (major, minor) = (bytes[6], bytes[7])
    guard (1...3).contains(major), minor == 0 else {
      throw Fault("is of version \(major).\(minor), not 1.0 to 3.0")
    }
    // The length has 2 bytes in version 1, and 4 in later versions.
    let start = major == 1 ? 10 : 12
    return bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) } + start
  }

  /// Reads and checks the header at the start of `bytes`, which need not be the whole file.
  ///
  /// - Throws: `Fault` if the header violates the format, or the element type cannot be read.
  init(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    let end = try Self.end(of: bytes)
    guard end <= bytes.count else {
      throw Fault("promises a header of \(end) bytes, but has \(bytes.count) bytes in all")
    }
    dataStart = end
    var dictionary = NpyDictionary(bytes[(bytes[6] == 1 ? 10 : 12)..<end])
    try dictionary.parse()
    guard let descr = dictionary.descr, let fortranOrder = dictionary.fortranOrder,
      let shape = dictionary.shape
    else {
      throw Fault("has a header without 'descr', 'fortran_order' or 'shape'")
    }
    guard let element = TensorInfo.Element(numpyName: descr) else {
      throw Fault("contains elements of type \(quoted(descr))\(remedy(for: descr))")
    }
    self.element = element
    self.shape = shape
    order = fortranOrder ? .f : .c
  }

  /// The number of bytes of the elements.
  func byteCount() throws(Fault) -> Int {
    do throws(ImpossibleShape) {
      return try TensorInfo(name: "", element: element, shape: shape).checkedByteCount()
    } catch {
      throw Fault("describes an impossible array: \(error.reason)")
    }
  }
}

/// The reason why a type cannot be read, and how to convert it.
private func remedy(for descr: String) -> String {
  switch descr.first {
  case ">": " (big-endian): convert them, as in a.astype('<f4')"
  case "|" where descr.hasPrefix("|O"): " (Python objects, which could run code): save plain numbers instead"
  default:
    ", which cannot be read ('<f4', '<f8', '<i8', '<i4', '|u1' and '|b1' can): convert them, as in "
      + "a.astype('<f4')"
  }
}
