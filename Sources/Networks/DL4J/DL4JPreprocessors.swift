import Platform

/// The conversions between layers, by the number of the layer that follows.
///
/// Ours between series and single rows need not be stated; those that make images have sizes.
struct DL4JPreprocessors {
  private var objects: [Int: DL4JObject] = [:]

  /// Reads `inputPreProcessors`, an object whose keys are numbers of layers.
  init(_ value: DL4JValue?) throws(Fault) {
    guard let value else { return }
    guard case .object(let fields) = value else {
      throw .damage("inputPreProcessors", expected: "an object", found: "\(value)")
    }
    for (key, value) in fields {
      guard let index = Int(key), index >= 0 else {
        throw .damage("inputPreProcessors", expected: "numbers of layers", found: quoted(key))
      }
      objects[index] = try DL4JObject(value, "inputPreProcessors.\(index)")
    }
  }

  /// The number of values of the images that the first layer takes; `nil` if it takes none.
  var firstSize: Int? {
    get throws(Fault) {
      guard var object = objects[0], Self.kind(of: object) == "rnntocnn" else { return nil }
      let image = try Self.image(&object)
      return image.channels * image.height * image.width
    }
  }

  /// Returns the conversion before layer `index` if it makes images, after a check that it suits what comes in.
  func preprocessor(at index: Int, signal: InputType) throws(Fault) -> NetworkLayer.Preprocessor? {
    guard var object = objects[index] else { return nil }
    for key in ["rnnDataFormat", "format", "cnn2dDataFormat"] { try object.require(key, ["NCW", "NCHW"]) }
    var result: NetworkLayer.Preprocessor?
    switch Self.kind(of: object) {
    case "rnntofeedforward", "feedforwardtornn": break
    case "rnntocnn", "feedforwardtocnn":
      let image = try Self.image(&object)
      let (channels, height, width) = (image.channels, image.height, image.width)
      if case .feedForward = signal {
        result = .feedForwardToConvolutional(channels: channels, height: height, width: width)
      } else {
        result = .recurrentToConvolutional(channels: channels, height: height, width: width)
      }
    case "cnntornn", "cnntofeedforward":
      let image = try Self.image(&object)
      guard case .convolutional(image.channels, image.height, image.width) = signal else {
        throw .damage(
          object.place, expected: "images as they come in, \(signal)",
          found: "\(image.channels) x \(image.height) x \(image.width)")
      }
    default:
      throw .unsupported(
        object.place, expected: "a conversion between series, rows and images", found: quoted(object.name))
    }
    try object.checkAllTaken()
    return result
  }

  /// Checks that there is a layer for each conversion.
  func checkRange(_ count: Int) throws(Fault) {
    guard let last = objects.keys.max(), last >= count else { return }
    throw .damage("inputPreProcessors", expected: "numbers below \(count)", found: "\(last)")
  }

  private static func kind(of object: DL4JObject) -> String {
    let name = object.name.lowercased()
    return name.hasSuffix("preprocessor") ? String(name.dropLast(12)) : name
  }

  private static func image(
    _ object: inout DL4JObject
  ) throws(Fault) -> (channels: Int, height: Int, width: Int) {
    let sides = 1...1 << 20
    let image = (
      channels: try object.integer("numChannels", in: sides),
      height: try object.integer("inputHeight", in: sides),
      width: try object.integer("inputWidth", in: sides)
    )
    // Three sides have at most 60 bits.
    guard image.channels * image.height * image.width <= 1 << 20 else {
      throw .unsupported(object.place, expected: "images of at most \(1 << 20) values", found: "larger ones")
    }
    object.ignore(["product"])
    return image
  }
}
