import FoundationEssentials
import Platform

/// The header of a safetensors file: an 8-byte length and that many bytes of JSON.
///
/// The elements follow it.
struct SafetensorsHeader {
  /// A tensor and the byte range of its elements, counted from the end of the header.
  struct Entry {
    var info: TensorInfo
    var bytes: Range<Int>
  }

  var metadata: [String: String]
  /// The tensors, in the order of their elements.
  var entries: [Entry]
  /// The offset of the elements in the file.
  var dataStart: Int

  /// The limit that the format sets, so that a damaged length cannot make the reader allocate all memory.
  static let maximumLength = 100_000_000

  /// Encodes the header for `tensors`, whose elements lie one after the other in the given order.
  static func encoded(_ tensors: [TensorInfo], metadata: [String: String]) throws(ImpossibleShape) -> [UInt8]
  {
    var members: [String] = []
    if !metadata.isEmpty {
      // Sorted, because the order of a dictionary changes from run to run, and equal contents must give equal
      // bytes.
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      members.append("\"\(metadataKey)\":{\(pairs.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
      let start = end
      end += try tensor.checkedByteCount()
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonString(tensor.name)):{\"dtype\":\"\(tensor.element.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(start),\(end)]}")
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    // A multiple of 8, so that the elements are aligned when the file is mapped.
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  /// Reads the number of bytes of the header, including its length, from the first eight bytes of a file.
  ///
  /// - Throws: `Fault` if the file is too short for it, or the header too long.
  static func byteCount(_ start: UnsafeRawBufferPointer, fileCount: Int) throws(Fault) -> Int {
    guard start.count >= 8 else { throw Fault("has only \(start.count) bytes, too few for a header") }
    let length = UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(fileCount - 8) else {
      if start.prefix(8).allSatisfy({ (0x20..<0x7F).contains($0) || [0x09, 0x0A, 0x0D].contains($0) }) {
        throw Fault("is text: expected the length of a header in its first eight bytes")
      }
      throw Fault("promises a header of \(length) bytes, but has \(fileCount - 8) bytes after the length")
    }
    guard length <= UInt64(maximumLength) else {
      throw Fault("has a header of \(length) bytes, but the format allows at most \(maximumLength)")
    }
    return 8 + Int(length)
  }

  /// Checks the header `bytes`, which include its length, of a file of `fileCount` bytes.
  ///
  /// - Throws: `Fault` if the header violates the format.
  init(_ bytes: UnsafeRawBufferPointer, fileCount: Int) throws(Fault) {
    dataStart = bytes.count
    let text = bytes[8...]
    guard text.first == UInt8(ascii: "{") else { throw Fault("has a header that does not begin with \"{\"") }
    let contents: Contents
    do {
      contents = try JSONDecoder().decode(Contents.self, from: Data(text))
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Fault("has a header that is not the JSON object it should be (\(decodingProblem(error)))")
    }
    metadata = contents.metadata
    entries = try Self.checked(contents.tensors, dataCount: fileCount - dataStart)
  }

  /// The entries in the order of their elements, which must fill the file without gaps or overlaps.
  private static func checked(_ members: [String: Contents.Member], dataCount: Int) throws(Fault) -> [Entry] {
    var entries: [Entry] = []
    for (name, member) in members {
      guard let element = TensorInfo.Element(rawValue: member.dtype) else {
        throw Fault("gives tensor \(quoted(name)) the unknown type \(quoted(member.dtype))")
      }
      let info = TensorInfo(name: name, element: element, shape: member.shape)
      let byteCount: Int
      do throws(ImpossibleShape) { byteCount = try info.checkedByteCount() } catch {
        throw Fault("describes an impossible tensor \(quoted(name)): \(error.reason)")
      }
      let offsets = member.data_offsets
      guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= dataCount else {
        throw Fault("puts tensor \(quoted(name)) at bytes \(offsets) of \(dataCount)")
      }
      guard offsets[1] - offsets[0] == byteCount else {
        throw Fault(
          "gives tensor \(quoted(name)) \(offsets[1] - offsets[0]) bytes, but its shape \(member.shape) of "
            + "\(element.rawValue) takes \(byteCount)")
      }
      entries.append(Entry(info: info, bytes: offsets[0]..<offsets[1]))
    }
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound, $0.info.name)
        < ($1.bytes.lowerBound, $1.bytes.upperBound, $1.info.name)
    }
    var end = 0
    for entry in entries {
      guard entry.bytes.lowerBound == end else {
        let what = entry.bytes.lowerBound < end ? "overlaps the tensor before it" : "leaves a hole before it"
        throw Fault("puts tensor \(quoted(entry.info.name)) at byte \(entry.bytes.lowerBound), which \(what)")
      }
      end = entry.bytes.upperBound
    }
    guard end == dataCount else {
      throw Fault("has \(dataCount) bytes of elements where its header describes \(end)")
    }
    return entries
  }
}

private let metadataKey = "__metadata__"

/// The decoded JSON, before its numbers are checked against each other.
private struct Contents: Decodable {
  struct Member: Decodable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }
  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  var metadata: [String: String] = [:]
  var tensors: [String: Member] = [:]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == metadataKey {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        tensors[key.stringValue] = try container.decode(Member.self, forKey: key)
      }
    }
  }
}
