extension [Float] {
  /// True if no value is NaN or infinite; written so that at least four values are checked at once.
  package var areFinite: Bool {
    var greatest: UInt32 = 0
    for value in self { greatest = Swift.max(greatest, value.bitPattern & 0x7FFF_FFFF) }
    return greatest < 0x7F80_0000
  }
}
