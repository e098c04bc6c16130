import Platform

// The layers that Timestep has counterparts of.
extension DL4JLayerReader {
  /// The names of these layers, for messages.
  private static let known =
    "LSTM, GravesLSTM, SimpleRnn, Bidirectional, RnnOutputLayer, RnnLossLayer, OutputLayer, DenseLayer, LastTimeStep, "
    + "MaskZeroLayer, GlobalPoolingLayer, DropoutLayer, ActivationLayer, ConvolutionLayer, SubsamplingLayer or "
    + "EmbeddingSequenceLayer"

  /// Reads a layer, and the rate of the dropout of its input; `nil` if there is none.
  func part(_ object: inout DL4JObject) throws(Fault) -> (Part, dropout: Float?) {
    switch Self.kind(of: object) {
    case "lstm", "graveslstm", "simplernn", "maskzero":
      let recurrent = try recurrent(&object)
      let part = Part(layer: recurrent.layer, parameters: recurrent.parameters, learning: recurrent.learning)
      return (part, recurrent.dropout)
    case "bidirectional": return try bidirectional(&object)
    case "dropout": return (try plainPart(&object), nil)
    default:
      let dropout = try Self.dropout(&object)
      return (try plainPart(&object), dropout)
    }
  }

  /// Reads a layer that is not recurrent.
  private func plainPart(_ object: inout DL4JObject) throws(Fault) -> Part {
    switch Self.kind(of: object) {
    case "rnnoutput", "output":
      let size = try object.integer("nout", in: Self.sizes)
      let settings = try Self.output(&object, size: size)
      let isOfSeries = Self.kind(of: object) == "output"
      return try matrix(
        &object, size: size, isOfSeries ? SeriesOutput(settings: settings) : RNNOutput(settings: settings))
    case "rnnloss":
      let settings = try Self.output(&object, size: signal.type.size)
      guard settings.classWeights.isEmpty else {
        throw .unsupported("\(object.place).lossFn.weights", expected: "no weights", found: "some")
      }
      object.ignore(["nin", "nout"])
      Self.ignoreLearning(&object)
      return Part(layer: RNNLoss(activation: settings.activation, loss: settings.loss))
    case "dense":
      let size = try object.integer("nout", in: Self.sizes)
      let activation = try Self.activation(&object, default: .sigmoid) ?? .sigmoid
      return try matrix(&object, size: size, Dense(size, activation: activation))
    case "embeddingsequence": return try embedding(&object)
    case "convolution", "convolution2d": return try convolution(&object)
    case "subsampling", "subsampling2d": return Part(layer: try subsampling(&object))
    case "globalpooling": return Part(layer: try pooling(&object))
    case "lasttimestep":
      Self.ignoreLearning(&object)
      return Part(layer: LastTimeStep(backward: .last))
    case "dropout":
      Self.ignoreLearning(&object)
      return Part(layer: Dropout(rate: try Self.dropout(&object) ?? 0))
    case "activation":
      Self.ignoreLearning(&object)
      let activation = try Self.activation(&object, default: .sigmoid) ?? .sigmoid
      try checkSoftmax(activation, object)
      return Part(layer: ActivationLayer(activation))
    default:
      throw .unsupported(object.place, expected: Self.known, found: quoted(object.name))
    }
  }

  /// Leaves out the fields about learning of a layer without parameters.
  private static func ignoreLearning(_ object: inout DL4JObject) {
    object.ignore([
      "iupdater", "biasUpdater", "gradientNormalization", "gradientNormalizationThreshold", "updater",
      "learningRate",
      "biasLearningRate", "momentum", "rho", "rmsDecay", "epsilon", "adamMeanDecay", "adamVarDecay", "l1",
      "l2", "l1Bias",
      "l2Bias", "regularization", "regularizationBias",
    ])
  }

  /// Reads what dense and output layers have in common.
  private func matrix(_ object: inout DL4JObject, size: Int, _ layer: any Layer) throws(Fault) -> Part {
    try object.require("hasBias", ["true"])
    try object.require("hasLayerNorm", ["false"])
    return Part(
      layer: layer, parameters: .matrix(inputs: try inputs(&object), size: size, hasBias: true),
      learning: try DL4JLearning(&object))
  }

  private func embedding(_ object: inout DL4JObject) throws(Fault) -> Part {
    try object.require("hasBias", ["false"])
    object.ignore(["inputLength", "inferInputLength"])
    let (size, classes) = (
      try object.integer("nout", in: Self.sizes), try object.integer("nin", in: Self.sizes)
    )
    return Part(
      layer: Embedding(size, classes: classes),
      parameters: .matrix(inputs: classes, size: size, hasBias: false),
      learning: try DL4JLearning(&object))
  }

  private func pooling(_ object: inout DL4JObject) throws(Fault) -> GlobalPooling {
    Self.ignoreLearning(&object)
    if case .convolutional = signal.type {
      throw .unsupported(
        object.place, expected: "pooling over the steps of series", found: "\(quoted(object.name)) of images")
    }
    try object.require("collapseDimensions", ["true"])
    let dimensions = object.take("poolingDimensions")
    if let dimensions, dimensions.description != "[2]" {
      throw .unsupported("\(object.place).poolingDimensions", expected: "[2], time", found: "\(dimensions)")
    }
    let p = try object.integer("pnorm", in: 0...1 << 20, default: 2)
    let type = try object.text("poolingType") ?? "MAX"
    switch type {
    case "MAX": return GlobalPooling(.max)
    case "AVG": return GlobalPooling(.mean)
    case "SUM": return GlobalPooling(.sum)
    case "PNORM" where p >= 1: return GlobalPooling(.pNorm(Float(p)))
    default:
      throw .unsupported(
        "\(object.place).poolingType", expected: "MAX, AVG, SUM or PNORM", found: quoted(type))
    }
  }
}

// Layers over images.
extension DL4JLayerReader {
  private func convolution(_ object: inout DL4JObject) throws(Fault) -> Part {
    try object.require("hasBias", ["true"])
    let size = try object.integer("nout", in: Self.sizes)
    let activation = try Self.activation(&object, default: .sigmoid) ?? .sigmoid
    try checkSoftmax(activation, object)
    let channels = try inputs(&object)
    let window = try window(&object)
    let layer = Convolution2D(
      size, kernel: window.kernel, stride: window.stride, padding: window.padding, activation: activation)
    return Part(
      layer: layer,
      parameters: .convolution(weights: channels * window.kernel.height * window.kernel.width, size: size),
      learning: try DL4JLearning(&object))
  }

  private func subsampling(_ object: inout DL4JObject) throws(Fault) -> Subsampling {
    Self.ignoreLearning(&object)
    object.ignore(["eps", "pnorm", "hasBias"])
    let window = try window(&object)
    let includesPadding = object.take("avgPoolIncludePadInDivisor")?.description == "true"
    let type = try object.text("poolingType") ?? "MAX"
    switch type {
    case "MAX":
      return Subsampling(.max, kernel: window.kernel, stride: window.stride, padding: window.padding)
    case "AVG":
      guard window.padding == 0 || includesPadding else {
        throw .unsupported(
          "\(object.place).avgPoolIncludePadInDivisor", expected: "true where there is padding",
          found: "false")
      }
      return Subsampling(.mean, kernel: window.kernel, stride: window.stride, padding: window.padding)
    default: throw .unsupported("\(object.place).poolingType", expected: "MAX or AVG", found: quoted(type))
    }
  }

  /// Reads the window of a convolution or a subsampling.
  private func window(_ object: inout DL4JObject) throws(Fault) -> ImageWindow {
    guard case .convolutional(_, let height, let width) = signal.type else {
      throw .unsupported(
        object.place, expected: "a layer over series, or RnnToCnnPreProcessor before it",
        found: quoted(object.name))
    }
    guard try object.extent("dilation", in: Self.sizes, default: 1) == 1 else {
      throw .unsupported("\(object.place).dilation", expected: "[1, 1]", found: "another one")
    }
    let kernel = try object.extent("kernelSize", in: Self.sizes, default: Extent(5, 5))
    let stride = try object.extent("stride", in: Self.sizes, default: 1)
    var padding = try object.extent("padding", in: 0...1 << 20, default: 0)
    let mode = try object.text("convolutionMode") ?? "Truncate"
    switch mode {
    case "Truncate", "Strict": break
    case "Same":
      guard let vertical = Self.samePadding(height, kernel.height, stride.height),
        let horizontal = Self.samePadding(width, kernel.width, stride.width)
      else {
        throw .unsupported(
          "\(object.place).convolutionMode", expected: "padding that is the same on both sides",
          found: "\"Same\" with a kernel of \(kernel) moved by \(stride)")
      }
      padding = Extent(vertical, horizontal)
    default:
      throw .unsupported(
        "\(object.place).convolutionMode", expected: "Truncate, Strict or Same", found: quoted(mode))
    }
    let window = ImageWindow(kernel: kernel, stride: stride, padding: padding)
    if let problem = window.validationError {
      throw .unsupported(
        object.place, expected: "a window that sees part of the image everywhere", found: problem)
    }
    return window
  }

  /// Returns the padding that gives an output for every `stride` values; `nil` if it differs between the sides.
  private static func samePadding(_ size: Int, _ kernel: Int, _ stride: Int) -> Int? {
    let total = max(0, ((size + stride - 1) / stride - 1) * stride + kernel - size)
    return total.isMultiple(of: 2) ? total / 2 : nil
  }

  /// Rejects a softmax over the channels of images: ours is over all values.
  private func checkSoftmax(_ activation: Activation, _ object: DL4JObject) throws(Fault) {
    guard case .convolutional = signal.type, activation == .softmax else { return }
    throw .unsupported(
      "\(object.place).activationFn", expected: "an activation of single values for images",
      found: "\"Softmax\"")
  }
}
