/// The description of a stored tensor: name, element type and shape.
public struct TensorInfo: Sendable, Hashable {
  /// The name of the tensor in the file.
  public var name: String
  /// The type of the elements.
  public var element: Element
  /// The number of elements along each axis.
  public var shape: [Int]

  /// Makes the description of a tensor.
  public init(name: String, element: Element, shape: [Int]) {
    self.name = name
    self.element = element
    self.shape = shape
  }

  /// The number of bytes of the elements in a file.
  ///
  /// Empty axes count as one in the check for overflow: strides are products too, and must not trap later.
  ///
  /// - Throws: `ImpossibleShape` with the reason why the shape is impossible.
  func checkedByteCount() throws(ImpossibleShape) -> Int {
    var count = 1
    for size in shape {
      guard size >= 0 else { throw ImpossibleShape(reason: "its shape \(shape) has a negative size") }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(1, size))
      guard !overflow else { throw ImpossibleShape(reason: "its shape \(shape) is too large for any memory") }
      count = product
    }
    let (bits, overflow) = count.multipliedReportingOverflow(by: element.bitCount)
    guard !overflow else { throw ImpossibleShape(reason: "its shape \(shape) is too large for any memory") }
    if shape.contains(0) { return 0 }
    guard bits % 8 == 0 else {
      throw ImpossibleShape(reason: "its shape \(shape) does not fill whole bytes with \(element.rawValue)")
    }
    return bits / 8
  }
}

/// The reason why the shape of a tensor is rejected.
struct ImpossibleShape: Error {
  var reason: String
}
