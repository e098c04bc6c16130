import CNetworkKernels

/// The kernels that cut the images of some cells into patches and reassemble them.
extension Kernels {
  /// Writes patches `range` of the images `cells` to `patches`, one per row.
  static func gatherPatches(
    _ window: timestep_window, _ cells: [Int], _ range: Range<Int>, of images: StepValues,
    into patches: inout [Float]
  ) {
    var window = window
    check(window, cells, range, images, patches.count / window.patchSize)
    timestep_gather_patches(&window, cells, range.lowerBound, range.count, images.storage, &patches)
  }

  /// Adds patches `range` to `images`.
  static func scatterPatches(
    _ window: timestep_window, _ cells: [Int], _ range: Range<Int>, _ patches: [Float],
    into images: inout StepValues
  ) {
    var window = window
    check(window, cells, range, images, patches.count / window.patchSize)
    timestep_scatter_patches(&window, cells, range.lowerBound, range.count, patches, &images.storage)
  }

  /// Writes rows of `channels` values, one per window location, into images.
  static func scatterPlaces(
    _ places: Int, channels: Int, _ cells: [Int], _ range: Range<Int>, _ rows: [Float],
    into images: inout StepValues
  ) {
    check(places, channels, cells, range, rows, images)
    timestep_scatter_places(
      places, channels, cells, range.lowerBound, range.count, rows, &images.storage)
  }

  /// Writes images as rows of `channels` values, one per window location.
  static func gatherPlaces(
    _ places: Int, channels: Int, _ cells: [Int], _ range: Range<Int>, of images: StepValues,
    into rows: inout [Float]
  ) {
    check(places, channels, cells, range, rows, images)
    timestep_gather_places(
      places, channels, cells, range.lowerBound, range.count, images.storage, &rows)
  }

  /// Computes the largest value in each window, and its index.
  static func maximum(
    _ window: timestep_window, _ cells: [Int], of images: StepValues, into maxima: inout StepValues,
    winners: inout [UInt32]
  ) {
    var window = window
    check(window, cells, 0..<0, images, 0)
    precondition(
      maxima.size == window.channels * window.places && winners.count >= maxima.count
        && maxima.steps * maxima.rows == images.steps * images.rows, "buffers of other sizes")
    timestep_forward_max_pooling(&window, cells, cells.count, images.storage, &maxima.storage, &winners)
  }

  /// Adds the gradients of `maxima` to those of `images`.
  static func maximumGradient(
    _ window: timestep_window, _ cells: [Int], winners: [UInt32], _ maxima: StepValues,
    into images: inout StepValues
  ) {
    var window = window
    check(window, cells, 0..<0, images, 0)
    precondition(
      maxima.size == window.channels * window.places && winners.count >= maxima.count
        && maxima.steps * maxima.rows == images.steps * images.rows, "buffers of other sizes")
    timestep_backward_max_pooling(
      &window, cells, cells.count, winners, maxima.storage, &images.storage)
  }

  /// Computes the mean of each window.
  static func mean(
    _ window: timestep_window, _ cells: [Int], of images: StepValues, into means: inout StepValues
  ) {
    var window = window
    check(window, cells, 0..<0, images, 0)
    precondition(
      means.size == window.channels * window.places
        && means.steps * means.rows == images.steps * images.rows, "buffers of other sizes")
    timestep_forward_mean_pooling(&window, cells, cells.count, images.storage, &means.storage)
  }

  /// Adds the gradients of `means` to those of `images`.
  static func meanGradient(
    _ window: timestep_window, _ cells: [Int], _ means: StepValues, into images: inout StepValues
  ) {
    var window = window
    check(window, cells, 0..<0, images, 0)
    precondition(
      means.size == window.channels * window.places
        && means.steps * means.rows == images.steps * images.rows, "buffers of other sizes")
    timestep_backward_mean_pooling(&window, cells, cells.count, means.storage, &images.storage)
  }

  private static func check(
    _ window: timestep_window, _ cells: [Int], _ range: Range<Int>, _ images: StepValues, _ patchCount: Int
  ) {
    precondition(
      images.size == window.channels * window.height * window.width
        && (cells.last ?? -1) < images.steps * images.rows && range.upperBound <= cells.count * window.places
        && patchCount >= range.count, "images or patches of other sizes")
  }

  private static func check(
    _ places: Int, _ channels: Int, _ cells: [Int], _ range: Range<Int>, _ rows: [Float], _ images: StepValues
  ) {
    precondition(
      images.size == channels * places && (cells.last ?? -1) < images.steps * images.rows
        && range.upperBound <= cells.count * places && rows.count >= range.count * channels,
      "images or rows of other sizes")
  }
}

extension timestep_window {
  /// The number of locations that the window takes on an image.
  var places: Int { places_down * places_across }
  /// The number of values in the window at each location.
  var patchSize: Int { channels * kernel_height * kernel_width }
}
