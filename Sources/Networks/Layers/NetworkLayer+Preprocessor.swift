extension NetworkLayer {
  /// A conversion of the output of one layer to the arrangement that the next layer expects.
  ///
  /// In memory all of these are the same: a series is time-major, so that every cell's values are contiguous,
  /// those of an image in the order channel, row, column. A preprocessor therefore moves nothing and loses no
  /// mask: it only states how values are to be read.
  public enum Preprocessor: Sendable, Hashable, Codable {
    /// `[N, n, T]` to `[N * T, n]`.
    case recurrentToFeedForward
    /// `[N * T, n]` to `[N, n, T]`.
    case feedForwardToRecurrent
    /// `[N * T, c, h, w]` to `[N, c * h * w, T]`.
    case convolutionalToRecurrent
    /// `[N, c * h * w, T]` to `[N * T, c, h, w]`.
    case recurrentToConvolutional(channels: Int, height: Int, width: Int)
    /// `[N * T, c, h, w]` to `[N * T, c * h * w]`.
    case convolutionalToFeedForward
    /// `[N * T, c * h * w]` to `[N * T, c, h, w]`.
    case feedForwardToConvolutional(channels: Int, height: Int, width: Int)

    /// Returns the preprocessor between two arrangements if none was set; `nil` if none is needed or none is
    /// known.
    ///
    /// The sides of an image that arrives as plain values are unknown: such a preprocessor must be set
    /// explicitly.
    static func automatic(from type: InputType, to arrangement: InputType.Arrangement) -> NetworkLayer
      .Preprocessor?
    {
      switch (type.arrangement, arrangement) {
      case (.recurrent, .feedForward): return .recurrentToFeedForward
      case (.feedForward, .recurrent): return .feedForwardToRecurrent
      case (.convolutional, .recurrent): return .convolutionalToRecurrent
      case (.convolutional, .feedForward): return .convolutionalToFeedForward
      default: return nil
      }
    }

    /// Returns the input type that `type` is converted to.
    ///
    /// - Throws: `NetworkError` if the preprocessor is for another arrangement, or for another number of
    ///   values.
    func output(of type: InputType) throws(NetworkError) -> InputType {
      guard type.arrangement == source else {
        throw NetworkError(
          "the preprocessor \(self) requires \(source.rawValue) values, but its input is \(type); choose the preprocessor for that input"
        )
      }
      let result: InputType
      switch self {
      case .recurrentToFeedForward, .convolutionalToFeedForward: result = .feedForward(size: type.size)
      case .feedForwardToRecurrent, .convolutionalToRecurrent: result = .recurrent(size: type.size)
      case .recurrentToConvolutional(let channels, let height, let width),
        .feedForwardToConvolutional(let channels, let height, let width):
        result = .convolutional(channels: channels, height: height, width: width)
      }
      if let problem = result.problem { throw NetworkError("the preprocessor \(self): \(problem)") }
      guard result.size == type.size else {
        throw NetworkError(
          "the preprocessor \(self) makes images of \(result.size) values from \(type.size); give it sides with the product "
            + "\(type.size)")
      }
      return result
    }

    private var source: InputType.Arrangement {
      switch self {
      case .recurrentToFeedForward, .recurrentToConvolutional: return .recurrent
      case .feedForwardToRecurrent, .feedForwardToConvolutional: return .feedForward
      case .convolutionalToRecurrent, .convolutionalToFeedForward: return .convolutional
      }
    }
  }
}
