extension TensorInfo {
  /// The element type of a stored tensor, with the name that safetensors uses.
  ///
  /// All types of the format can be listed; `TensorValue` has a case for each type that can be read.
  public enum Element: String, Sendable, Hashable, CaseIterable {
    /// True or false, one byte each.
    case bool = "BOOL"
    /// A 4-bit float.
    case float4 = "F4"
    /// A 6-bit float with 2 exponent bits.
    case float6E2M3 = "F6_E2M3"
    /// A 6-bit float with 3 exponent bits.
    case float6E3M2 = "F6_E3M2"
    /// An unsigned byte.
    case uint8 = "U8"
    /// A signed byte.
    case int8 = "I8"
    /// An 8-bit float with 5 exponent bits.
    case float8E5M2 = "F8_E5M2"
    /// An 8-bit float with 4 exponent bits.
    case float8E4M3 = "F8_E4M3"
    /// An 8-bit power of two.
    case float8E8M0 = "F8_E8M0"
    /// An 8-bit float with 4 exponent bits and no negative zero.
    case float8E4M3FNUZ = "F8_E4M3FNUZ"
    /// An 8-bit float with 5 exponent bits and no negative zero.
    case float8E5M2FNUZ = "F8_E5M2FNUZ"
    /// A signed integer of 16 bits.
    case int16 = "I16"
    /// An unsigned integer of 16 bits.
    case uint16 = "U16"
    /// A half-precision float.
    case float16 = "F16"
    /// The upper half of a single-precision float.
    case bfloat16 = "BF16"
    /// A signed integer of 32 bits.
    case int32 = "I32"
    /// An unsigned integer of 32 bits.
    case uint32 = "U32"
    /// A single-precision float.
    case float32 = "F32"
    /// A complex number of two single-precision floats.
    case complex64 = "C64"
    /// A double-precision float.
    case float64 = "F64"
    /// A signed integer of 64 bits.
    case int64 = "I64"
    /// An unsigned integer of 64 bits.
    case uint64 = "U64"

    /// The number of bits of one element in a file.
    public var bitCount: Int {
      switch self {
      case .float4: 4
      case .float6E2M3, .float6E3M2: 6
      case .bool, .uint8, .int8: 8
      case .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ, .float8E5M2FNUZ: 8
      case .int16, .uint16, .float16, .bfloat16: 16
      case .int32, .uint32, .float32: 32
      case .complex64, .float64, .int64, .uint64: 64
      }
    }

    /// The name that numpy uses on little-endian machines, or `nil` if npy files do not support it here.
    var numpyName: String? {
      switch self {
      case .float32: "<f4"
      case .float64: "<f8"
      case .int64: "<i8"
      case .int32: "<i4"
      case .uint8: "|u1"
      case .bool: "|b1"
      default: nil
      }
    }

    /// The type with the numpy name `name`, or `nil` if npy files with it are not supported.
    init?(numpyName name: String) {
      guard let element = Self.allCases.first(where: { $0.numpyName == name }) else { return nil }
      self = element
    }
  }
}
