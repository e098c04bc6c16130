import Platform
import Tensors

/// An open file of named tensors: safetensors or npz.
///
/// ```swift
/// let file = try TensorFileFormat.safetensors.open("batch-000000.safetensors")
/// let features = try file.floats("features")      // a Tensor, [N, C, T]
/// let lengths = try file.integers("lengths")      // .shape, .elements
/// ```
/// Opening a file checks everything that can be checked without reading elements. Threads can share the
/// value.
public protocol TensorFile: Sendable {
  /// The path of the file, for messages.
  var path: String { get }
  /// The tensors of the file, in the order of their elements.
  var tensors: [TensorInfo] { get }
  /// Returns the XXH64 checksum of the file as sixteen hexadecimal digits, or `nil` if it has none.
  ///
  /// For safetensors it is the checksum in the metadata, which was verified when the file was opened; for npz
  /// it is computed now, from all bytes of the file.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  func checksum() throws -> String?
  /// Reads the elements of `info`, which must be one of `tensors`.
  ///
  /// - Throws: `TensorFileError` if the tensor is damaged, or its element type cannot be read.
  func read(_ info: TensorInfo) throws -> TensorValue
}

extension TensorFile {
  /// The names of the tensors, in the order of their elements.
  public var names: [String] { tensors.map(\.name) }

  /// The shape of the tensor called `name`, or `nil` if there is none.
  public func shape(of name: String) -> [Int]? { tensors.first { $0.name == name }?.shape }

  /// Reads the tensor called `name`, of any element type.
  ///
  /// - Throws: `TensorFileError` if there is none, or its element type cannot be read.
  public func value(_ name: String) throws -> TensorValue {
    guard let info = tensors.first(where: { $0.name == name }) else {
      let held = tensors.isEmpty ? "nothing" : names.prefix(12).map(quoted).joined(separator: ", ")
      throw TensorFileError(
        path: path,
        problem:
          "contains no tensor \(quoted(name)), but \(held); check the name, and the program that wrote the file"
      )
    }
    return try read(info)
  }

  /// Reads the single-precision floats (F32) called `name`.
  ///
  /// - Throws: `TensorFileError` if there is no such tensor, or it has another element type.
  public func floats(_ name: String) throws -> Tensor {
    guard case .floats(let tensor) = try value(name) else { throw mismatch(name, expected: "F32") }
    return tensor
  }

  /// Reads the double-precision floats (F64) called `name`, in C order.
  ///
  /// - Throws: `TensorFileError` if there is no such tensor, or it has another element type.
  public func doubles(_ name: String) throws -> (shape: [Int], elements: [Double]) {
    guard case .doubles(let shape, let elements) = try value(name) else {
      throw mismatch(name, expected: "F64")
    }
    return (shape, elements)
  }

  /// Reads the integers (I64 or I32) called `name`, in C order.
  ///
  /// - Throws: `TensorFileError` if there is no such tensor, or it has another element type.
  public func integers(_ name: String) throws -> (shape: [Int], elements: [Int64]) {
    guard case .integers(let shape, let elements) = try value(name) else {
      throw mismatch(name, expected: "I64 or I32")
    }
    return (shape, elements)
  }

  /// Reads all tensors of the file.
  ///
  /// - Throws: The errors of `read(_:)`.
  public func all() throws -> [NamedTensor] {
    try tensors.map { NamedTensor($0.name, try read($0)) }
  }

  private func mismatch(_ name: String, expected: String) -> TensorFileError {
    let found = tensors.first { $0.name == name }?.element.rawValue ?? "nothing"
    return TensorFileError(
      path: path,
      problem:
        "tensor \(quoted(name)) contains \(found) where \(expected) was expected; convert it before writing")
  }

  /// The error for an element type that can be listed but not read.
  func unreadable(_ info: TensorInfo) -> TensorFileError {
    TensorFileError(
      path: path,
      problem:
        "tensor \(quoted(info.name)) contains \(info.element.rawValue), which cannot be read (F32, F64, I64, "
        + "I32, U8 and BOOL can); convert it before writing")
  }
}
