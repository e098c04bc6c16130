/// Temporary
public struct Fingerprint {
  public var value: UInt64 = 0xcbf29ce484222325
  public init() {}
  public mutating func combine(_ x: Int) { combine(String(x)) }
  public mutating func combine(_ s: String) { for b in s.utf8 { value = (value ^ UInt64(b)) &* 0x100000001b3 } }
}
