import Platform
import Tensors

/// Named tensors and metadata that one program sends to another.
///
/// ```swift
/// try TensorMessage([NamedTensor("x", x)], metadata: ["step": "3"]).write(to: child)
/// let answer = try TensorMessage(from: child, named: "the model")   // nil: the stream has ended
/// ```
/// On a stream, each message is an unsigned 64-bit little-endian number of bytes, and a safetensors file of
/// that many bytes. The number 0 marks the end of the stream; a stream that ends without it was cut off.
public struct TensorMessage: Sendable, Equatable {
  /// The tensors.
  ///
  /// Their names must differ.
  public var tensors: [NamedTensor]
  /// The metadata, by key.
  public var metadata: [String: String]

  /// Makes a message.
  public init(_ tensors: [NamedTensor] = [], metadata: [String: String] = [:]) {
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  /// The tensor called `name`, or `nil` if there is none.
  public subscript(name: String) -> TensorValue? { tensors.first { $0.name == name }?.value }
}

extension TensorMessage {
  /// Writes the message, with a single system call if the kernel accepts all of it.
  ///
  /// Tensors in C order are not copied.
  ///
  /// - Throws: The errors of `sink`: `ReaderGone` if the reader has closed the stream, `FileError`.
  public func write(to sink: some ByteSink) throws {
    let infos = tensors.map(\.info)
    precondition(Set(infos.map(\.name)).count == infos.count, "two tensors of one name in a message")
    precondition(!infos.contains { $0.name == "__metadata__" }, "no tensor can be called __metadata__")
    let header: [UInt8]
    let count: Int
    do throws(ImpossibleShape) {
      header = try SafetensorsHeader.encoded(infos, metadata: metadata)
      var sum = header.count
      for info in infos { sum += try info.checkedByteCount() }
      count = sum
    } catch {
      preconditionFailure("an impossible tensor of a message: \(error.reason)")
    }
    let front = Self.bytes(of: UInt64(count)) + header
    try front.withUnsafeBytes { try write(tensors[...], after: [$0], to: sink) }
  }

  /// Writes the mark that ends a stream.
  public static func writeEnd(to sink: some ByteSink) throws { try sink.write(bytes(of: 0)) }

  /// Writes `parts` followed by the elements of `rest`, which are gathered without copying them.
  private func write(
    _ rest: ArraySlice<NamedTensor>, after parts: [UnsafeRawBufferPointer], to sink: some ByteSink
  ) throws {
    guard let next = rest.first else { return try sink.write(parts) }
    try next.value.withBytes { try write(rest.dropFirst(), after: parts + [$0], to: sink) }
  }

  private static func bytes(of count: UInt64) -> [UInt8] {
    withUnsafeBytes(of: count.littleEndian) { Array($0) }
  }
}

extension TensorMessage {
  /// Reads the next message, or `nil` at the end of the stream.
  ///
  /// - Parameters:
  ///   - source: The stream, positioned between two messages.
  ///   - name: The name of the stream in error messages.
  /// - Throws: `TensorFileError` if the stream is cut off or is not a stream of messages; the errors of
  ///   `source`.
  public init?(from source: some ByteSource, named name: String) throws {
    func refuse(_ problem: String) -> TensorFileError { TensorFileError(path: name, problem: problem) }
    var front = [UInt8](repeating: 0, count: 8)
    let got = try source.read(into: &front)
    guard got == front.count else {
      throw refuse(
        "the stream was cut off: \(got == 0 ? "it ended without the end mark" : "it ended inside a length"); see "
          + "what its writer says")
    }
    let count = front.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    if count == 0 { return nil }
    // Text, read as a length, is a number larger than any memory.
    guard count <= 1 << 40 else {
      throw refuse(
        "is not a stream of tensors: expected the length of a message, found \(quoted(String(decoding: front, as: UTF8.self))); "
          + "its writer must print nothing else there")
    }
    let bytes = try Self.bytes(Int(count), from: source)
    guard bytes.count == Int(count) else {
      throw refuse(
        "the stream was cut off after \(bytes.count) bytes of a message of \(count); check its writer's messages"
      )
    }
    do throws(Fault) { self = try Self.message(bytes) } catch {
      throw refuse("contains a message that is not an intact safetensors file: it \(error.reason)")
    }
  }

  /// Reads the next `count` bytes, or fewer if the stream ends.
  ///
  /// Memory grows with the bytes that arrive, so that a wrong count does not allocate it all at once.
  private static func bytes(_ count: Int, from source: some ByteSource) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let before = bytes.count
      let room = min(count - before, max(1 << 20, before))
      bytes.append(contentsOf: repeatElement(0, count: room))
      let got = try bytes.withUnsafeMutableBytes {
        try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[before...]))
      }
      if got < room { return Array(bytes[..<(before + got)]) }
    }
    return bytes
  }

  private static func message(_ bytes: [UInt8]) throws(Fault) -> TensorMessage {
    try bytes.withUnsafeBufferPointer { elements throws(Fault) in
      let bytes = UnsafeRawBufferPointer(elements)
      let count = try SafetensorsHeader.byteCount(bytes, fileCount: bytes.count)
      let header = try SafetensorsHeader(
        UnsafeRawBufferPointer(rebasing: bytes[..<count]), fileCount: bytes.count)
      var message = TensorMessage(metadata: header.metadata)
      for entry in header.entries {
        let start = header.dataStart
        let location = start + entry.bytes.lowerBound..<start + entry.bytes.upperBound
        let elements = UnsafeRawBufferPointer(rebasing: bytes[location])
        guard let value = TensorValue(entry.info, order: .c, bytes: elements) else {
          throw Fault(
            "contains \(quoted(entry.info.name)) as \(entry.info.element.rawValue), which cannot be read (F32, F64, I64, I32, "
              + "U8 and BOOL can)")
        }
        message.tensors.append(NamedTensor(entry.info.name, value))
      }
      return message
    }
  }
}
