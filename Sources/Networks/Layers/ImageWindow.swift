import CNetworkKernels

/// The window of a convolution or a subsampling: a kernel that moves over an image with a border of padding.
struct ImageWindow: Sendable, Hashable {
  let kernel: Extent
  let stride: Extent
  let padding: Extent

  /// The reason why the window is invalid; `nil` if it is valid.
  var validationError: String? {
    for (kernel, stride, padding) in [
      (kernel.height, stride.height, padding.height), (kernel.width, stride.width, padding.width),
    ] {
      guard (1...1 << 20).contains(kernel), (1...1 << 20).contains(stride) else {
        return "a kernel of \(self.kernel) moved by \(self.stride); 1 to \(1 << 20) are possible"
      }
      // At every location, the window must see part of the image.
      guard (0..<kernel).contains(padding) else {
        return
          "a padding of \(self.padding) around a kernel of \(self.kernel); 0 to one less than the kernel is possible"
      }
    }
    return nil
  }

  /// Returns the height and width of the output images: one value per channel at every location of the
  /// window.
  ///
  /// - Throws: `NetworkError` with the arithmetic if the window is larger than the image.
  func places(on type: InputType) throws(NetworkError) -> Extent {
    guard case .convolutional(_, let height, let width) = type else {
      throw NetworkError("requires images, but \(type) comes in")
    }
    return Extent(
      try places(height, kernel.height, stride.height, padding.height, "high"),
      try places(width, kernel.width, stride.width, padding.width, "wide"))
  }

  private func places(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ side: String)
    throws(NetworkError) -> Int
  {
    guard kernel <= size + 2 * padding else {
      throw NetworkError(
        "a kernel \(kernel) \(side) does not fit an image \(size) \(side) with a padding of \(padding): "
          + "\(size) + 2 * \(padding) = \(size + 2 * padding) < \(kernel); take a smaller kernel, or more padding"
      )
    }
    return (size + 2 * padding - kernel) / stride + 1
  }

  /// Returns the window over images of `type` in the form of the C kernels; `type` has been checked.
  func geometry(on type: InputType) -> timestep_window {
    guard case .convolutional(let channels, let height, let width) = type, let places = try? places(on: type)
    else { preconditionFailure("\(type) has no images for a kernel of \(kernel)") }
    return timestep_window(
      channels: channels, height: height, width: width, kernel_height: kernel.height,
      kernel_width: kernel.width, stride_height: stride.height, stride_width: stride.width,
      padding_height: padding.height, padding_width: padding.width, places_down: places.height,
      places_across: places.width)
  }
}
