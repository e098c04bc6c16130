import Platform
import Tensors

#if _endian(big)
  #error("tensor files hold little-endian elements, which are copied as they are")
#endif

/// The shape and the elements of a tensor in a file.
///
/// Only floats have a storage order; elements of other types are in C order.
public enum TensorValue: Sendable, Equatable {
  /// Single-precision floats (F32).
  case floats(Tensor)
  /// Double-precision floats (F64).
  case doubles(shape: [Int], elements: [Double])
  /// Integers: written as I64, read from I64 and I32.
  case integers(shape: [Int], elements: [Int64])
  /// Bytes (U8).
  case bytes(shape: [Int], elements: [UInt8])
  /// True or false (BOOL).
  case booleans(shape: [Int], elements: [Bool])

  /// The number of elements along each axis.
  public var shape: [Int] {
    switch self {
    case .floats(let tensor): tensor.shape
    case .doubles(let shape, _), .integers(let shape, _), .bytes(let shape, _), .booleans(let shape, _): shape
    }
  }

  /// The element type in a file.
  public var element: TensorInfo.Element {
    switch self {
    case .floats: .float32
    case .doubles: .float64
    case .integers: .int64
    case .bytes: .uint8
    case .booleans: .bool
    }
  }

  /// Reads the elements of `info`, which are stored in `order`; `nil` if their type cannot be read.
  ///
  /// The elements are copied, so `bytes` need not be aligned. The caller has checked their number.
  init?(_ info: TensorInfo, order: Tensor.StorageOrder, bytes: UnsafeRawBufferPointer) {
    self.init(info, order: order) { $0.copyMemory(from: bytes) }
  }

  /// Reads the elements of `info`, which are stored in `order`; `nil` if their type cannot be read.
  ///
  /// - Parameter fill: Puts the bytes of all elements into the memory that it is given.
  init?(
    _ info: TensorInfo, order: Tensor.StorageOrder, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    let count = info.shape.reduce(1, *)
    func stored<Element: BitwiseCopyable>(_ type: Element.Type) throws -> [Element] {
      try [Element](unsafeUninitializedCapacity: count) { elements, initializedCount in
        try fill(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: elements[..<count])))
        initializedCount = count
      }
    }
    /// The elements in C order.
    func elements<Element: BitwiseCopyable>(_ type: Element.Type) throws -> [Element] {
      let found = try stored(type)
      return order == .c ? found : order.reordered(found, shape: info.shape, to: .c)
    }
    switch info.element {
    case .float32:
      self = .floats(Tensor(shape: info.shape, order: order, elements: try stored(Float.self)))
    case .float64: self = .doubles(shape: info.shape, elements: try elements(Double.self))
    case .int64: self = .integers(shape: info.shape, elements: try elements(Int64.self))
    case .int32: self = .integers(shape: info.shape, elements: try elements(Int32.self).map(Int64.init))
    case .uint8: self = .bytes(shape: info.shape, elements: try elements(UInt8.self))
    // Read as bytes, because a file may hold values other than 0 and 1, which are not valid Bools.
    case .bool: self = .booleans(shape: info.shape, elements: try elements(UInt8.self).map { $0 != 0 })
    default: return nil
    }
  }

  /// Calls `body` with the elements as bytes of a file, in C order.
  func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch self {
    case .floats(let tensor): try tensor.ordered(.c).elements.withUnsafeBytes(body)
    case .doubles(_, let elements): try elements.withUnsafeBytes(body)
    case .integers(_, let elements): try elements.withUnsafeBytes(body)
    case .bytes(_, let elements): try elements.withUnsafeBytes(body)
    case .booleans(_, let elements): try elements.withUnsafeBytes(body)
    }
  }
}

/// A tensor with its name in a file.
public struct NamedTensor: Sendable, Equatable {
  /// The name.
  public var name: String
  /// The elements and their shape.
  public var value: TensorValue

  /// Makes a named tensor.
  ///
  /// The number of elements must be that of the shape.
  public init(_ name: String, _ value: TensorValue) {
    let count: Int
    switch value {
    case .floats(let tensor): count = tensor.count
    case .doubles(_, let elements): count = elements.count
    case .integers(_, let elements): count = elements.count
    case .bytes(_, let elements): count = elements.count
    case .booleans(_, let elements): count = elements.count
    }
    precondition(
      count == value.shape.reduce(1, *),
      "\(count) elements of \(quoted(name)) do not fill the shape \(value.shape)")
    self.name = name
    self.value = value
  }

  /// Makes a named tensor of floats.
  public init(_ name: String, _ tensor: Tensor) { self.init(name, .floats(tensor)) }

  /// The name, the element type and the shape.
  public var info: TensorInfo { TensorInfo(name: name, element: value.element, shape: value.shape) }
}
