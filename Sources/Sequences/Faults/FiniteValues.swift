extension [Float] {
  /// Whether none of them is NaN or infinite; made so that four or more are looked at at once.
  package var areFinite: Bool {
    var greatest: UInt32 = 0
    for value in self { greatest = Swift.max(greatest, value.bitPattern & 0x7FFF_FFFF) }
    return greatest < 0x7F80_0000
  }
}
