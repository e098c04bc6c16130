import CNetworkKernels

/// The passes of `Convolution2D`: the patches of the present images as rows of a matrix, multiplied by the
/// weights.
///
/// The patches of a long batch would take many times its memory. They are therefore made one block at a time,
/// and made again on the backward pass.
struct Convolution2DComputation: LayerComputation {
  private let window: timestep_window
  private let size: Int
  /// The outputs: channel, then location.
  private var images: ActivationBuffer
  /// The indices of the present cells.
  private var cells: [Int] = []
  /// The patches of one block, one per row.
  private var patches: [Float]
  /// The outputs at the locations of those patches, `[patches, size]`.
  private var places: [Float]
  /// The sums over a block of the errors that belong to the biases.
  private var sums: [Float]

  /// The number of patches in a block: some megabytes, regardless of the sizes of kernel and batch.
  private let blockSize: Int

  init(_ window: timestep_window, size: Int, activation: Activation) {
    (self.window, self.size) = (window, size)
    images = ActivationBuffer(activation)
    blockSize = max(1, (1 << 20) / max(window.patchSize, size))
    (patches, places) = ([], [])
    sums = [Float](repeating: 0, count: size)
  }

  private var biasStart: Int { size * window.patchSize }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    pass.flags.presentCells(from: 0, into: &cells)
    images.values.reshape(steps: input.steps, rows: input.rows, size: size * window.places)
    // Absent images have no patches, but their values are activated too, so old values must be cleared.
    images.values.clear()
    for block in makeBlocks() {
      Kernels.gatherPatches(window, cells, block, of: input, into: &patches)
      Kernels.fillRows(block.count, size, pass.parameters[biasStart...], &places)
      BLAS.multiply(
        .plain(patches), .transposed(pass.parameters), m: block.count, n: size, k: window.patchSize, beta: 1,
        into: &places)
      Kernels.scatterPlaces(window.places, channels: size, cells, block, places, into: &images.values)
    }
    images.activate(pass.flags, into: &output)
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    images.backward(outputGradient, pass.flags, firstStep: firstStep)
    pass.flags.presentCells(from: firstStep, into: &cells)
    for index in gradient.indices { gradient[index] = 0 }
    for block in makeBlocks() {
      Kernels.gatherPatches(window, cells, block, of: input, into: &patches)
      Kernels.gatherPlaces(window.places, channels: size, cells, block, of: images.errors, into: &places)
      BLAS.multiply(
        .transposed(places), .plain(patches), m: size, n: window.patchSize, k: block.count, beta: 1,
        into: &gradient)
      Kernels.sumRows(block.count, size, places[..<(block.count * size)], into: &sums, at: 0)
      for channel in 0..<size { gradient[biasStart + channel] += sums[channel] }
    }
  }

  mutating func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    inputGradient.reshape(
      steps: images.errors.steps, rows: images.errors.rows,
      size: window.channels * window.height * window.width)
    inputGradient.clear()
    // The cells are those of `backward`: from the first step that errors reach.
    for block in makeBlocks() {
      Kernels.gatherPlaces(window.places, channels: size, cells, block, of: images.errors, into: &places)
      BLAS.multiply(
        .plain(places), .plain(pass.parameters), m: block.count, n: window.patchSize, k: size, beta: 0,
        into: &patches)
      Kernels.scatterPatches(window, cells, block, patches, into: &inputGradient)
    }
  }

  /// Returns the blocks of patches, after making the buffers large enough for each.
  private mutating func makeBlocks() -> some Sequence<Range<Int>> {
    let (count, blockSize) = (cells.count * window.places, blockSize)
    let largest = min(count, blockSize)
    if patches.count < largest * window.patchSize {
      patches = [Float](repeating: 0, count: largest * window.patchSize)
    }
    if places.count < largest * size { places = [Float](repeating: 0, count: largest * size) }
    return stride(from: 0, to: count, by: blockSize).lazy.map { $0..<min(count, $0 + blockSize) }
  }
}
