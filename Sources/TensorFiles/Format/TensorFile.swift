import Tensors

/// A file of named tensors, open for reading: safetensors or npz.
///
/// ```swift
/// let file = try TensorFileFormat.safetensors.open("batch-000000.safetensors")
/// let features = try file.floats("features")      // a Tensor, [N, C, T]
/// let lengths = try file.integers("lengths")      // .shape, .elements
/// ```
/// Opening checks all that can be checked without reading elements. The value is shared by threads freely.
public protocol TensorFile: Sendable {
  /// The file's path, for messages.
  var path: String { get }
  /// The tensors that the file holds, in the order in which their elements lie.
  var tensors: [TensorInfo] { get }
  /// Reads the elements of `info`, which is one of `tensors`.
  func read(_ info: TensorInfo) throws -> TensorValue
}

extension TensorFile {
  /// The names of the tensors, in the order in which their elements lie.
  public var names: [String] { tensors.map(\.name) }

  /// The shape of the tensor called `name`, or `nil` when there is none.
  public func shape(of name: String) -> [Int]? { tensors.first { $0.name == name }?.shape }

  /// The tensor called `name`, whatever its element type.
  ///
  /// - Throws: `TensorFileError` when there is none, or its type is not one that can be read.
  public func value(_ name: String) throws -> TensorValue {
    guard let info = tensors.first(where: { $0.name == name }) else {
      let held = tensors.isEmpty ? "nothing" : names.prefix(12).map(quoted).joined(separator: ", ")
      throw TensorFileError(
        path: path,
        problem: "holds no tensor \(quoted(name)), but \(held); check the name and what wrote the file")
    }
    return try read(info)
  }

  /// The single-precision floats (F32) called `name`.
  ///
  /// - Throws: `TensorFileError` when there are none by that name, or of that type.
  public func floats(_ name: String) throws -> Tensor {
    guard case .floats(let tensor) = try value(name) else { throw mismatch(name, expected: "F32") }
    return tensor
  }

  /// The double-precision floats (F64) called `name`, in C order.
  ///
  /// - Throws: `TensorFileError` when there are none by that name, or of that type.
  public func doubles(_ name: String) throws -> (shape: [Int], elements: [Double]) {
    guard case .doubles(let shape, let elements) = try value(name) else {
      throw mismatch(name, expected: "F64")
    }
    return (shape, elements)
  }

  /// The integers (I64 or I32) called `name`, in C order.
  ///
  /// - Throws: `TensorFileError` when there are none by that name, or of that type.
  public func integers(_ name: String) throws -> (shape: [Int], elements: [Int64]) {
    guard case .integers(let shape, let elements) = try value(name) else {
      throw mismatch(name, expected: "I64 or I32")
    }
    return (shape, elements)
  }

  /// Every tensor of the file, read.
  public func all() throws -> [NamedTensor] {
    try tensors.map { NamedTensor($0.name, try read($0)) }
  }

  private func mismatch(_ name: String, expected: String) -> TensorFileError {
    let found = tensors.first { $0.name == name }?.element.rawValue ?? "nothing"
    return TensorFileError(
      path: path,
      problem:
        "tensor \(quoted(name)) holds \(found) where \(expected) was expected; convert it before writing")
  }

  /// The error for a type that can be listed only.
  func unreadable(_ info: TensorInfo) -> TensorFileError {
    TensorFileError(
      path: path,
      problem:
        "tensor \(quoted(info.name)) holds \(info.element.rawValue), which cannot be read (F32, F64, I64, "
        + "I32, U8 and BOOL can); convert it before writing")
  }
}
