import Platform
import Tensors

/// The file format for a single numpy array (`.npy`).
///
/// ```swift
/// try NpyFile.write(.floats(x), to: "x.npy")
/// let x = try NpyFile.read("x.npy")   // .floats(Tensor)
/// ```
public enum NpyFile {
  /// Reads the array at `path`.
  ///
  /// An F32 array in Fortran order becomes a tensor in `.f` order. Arrays of other types are always in C
  /// order.
  ///
  /// - Throws: `FileError` if it cannot be opened, `TensorFileError` if it is not a valid array of a type
  ///   that can be read.
  public static func read(_ path: String) throws -> TensorValue {
    try MappedFile(path).withBytes { bytes in
      do throws(Fault) {
        return try value(bytes)
      } catch {
        throw TensorFileError(
          path: path,
          problem:
            "is not an npy file that can be read: it \(error.reason); if it is damaged or cut off, make "
            + "it again")
      }
    }
  }

  /// Writes `value` to `path`, in C order and version 1.0.
  ///
  /// The file appears complete or not at all.
  ///
  /// - Throws: `FileError` if it cannot be written, for example because the disk is full.
  public static func write(_ value: TensorValue, to path: String) throws {
    let writer = try FileWriter(path)
    try NpyHeader.encoded(value.element, shape: value.shape).withUnsafeBytes { try writer.write($0) }
    try value.withBytes { try writer.write($0) }
    try writer.commit()
  }

  /// Decodes `bytes`, which are a whole file.
  static func value(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> TensorValue {
    let header = try NpyHeader(bytes)
    let expected = try header.byteCount()
    guard bytes.count - header.dataStart == expected else {
      throw Fault(
        "has \(bytes.count - header.dataStart) bytes of elements where its shape \(header.shape) "
          + "takes \(expected)"
      )
    }
    let info = TensorInfo(name: "", element: header.element, shape: header.shape)
    let elements = UnsafeRawBufferPointer(rebasing: bytes[header.dataStart...])
    guard let value = TensorValue(info, order: header.order, bytes: elements) else {
      throw Fault("contains elements of type \(header.element.rawValue)")
    }
    return value
  }
}
