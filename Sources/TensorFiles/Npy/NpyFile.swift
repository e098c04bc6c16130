import Platform
import Tensors

/// A numpy array in a file of its own (`.npy`).
///
/// ```swift
/// try NpyFile.write(.floats(x), to: "x.npy")
/// let x = try NpyFile.read("x.npy")   // .floats(Tensor)
/// ```
public enum NpyFile {
  /// Reads the array at `path`.
  ///
  /// Fortran order gives a tensor in `.f`; what is not a tensor of floats comes in C order.
  ///
  /// - Throws: `FileError` when it cannot be opened, `TensorFileError` when it is not a sound array of a
  ///   type that can be read.
  public static func read(_ path: String) throws -> TensorValue {
    let file = try MappedFile(path)
    return try withExtendedLifetime(file) {
      do throws(Fault) {
        return try value(file.bytes)
      } catch {
        throw TensorFileError(
          path: path,
          problem:
            "is not an npy file that can be read: it \(error.reason); if it is damaged or cut off, make "
            + "it again")
      }
    }
  }

  /// Writes `value` to `path`, in C order and version 1.0; the file appears complete or not at all.
  ///
  /// - Throws: `FileError`, a full disk among its causes.
  public static func write(_ value: TensorValue, to path: String) throws {
    let writer = try FileWriter(path)
    try NpyHeader.encoded(value.element, shape: value.shape).withUnsafeBytes { try writer.write($0) }
    try value.withBytes { try writer.write($0) }
    try writer.commit()
  }

  /// The array that `bytes` are, from the first to the last.
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
      throw Fault("holds elements of type \(header.element.rawValue)")
    }
    return value
  }
}
