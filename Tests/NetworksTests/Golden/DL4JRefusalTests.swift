import Networks
import TestSupport
import Testing

/// What has no counterpart in Timestep is refused by its name in the file, and nothing is half read.
@Suite struct DL4JRefusalTests {
  /// A change of a model's `configuration.json`, and the message about it after the model's name.
  struct Change: Sendable, CustomTestStringConvertible {
    var model = "networks/l1-l2"
    var text: String
    var other: String
    var message: String

    var testDescription: String { "\(model): \(other)" }
  }

  private static let layers = "org.deeplearning4j.nn.conf.layers"
  private static let remedy = "; use Deeplearning4j for this model, or train one without it"
  private static let known =
    "LSTM, GravesLSTM, SimpleRnn, Bidirectional, RnnOutputLayer, RnnLossLayer, OutputLayer, DenseLayer, LastTimeStep, "
    + "MaskZeroLayer, GlobalPoolingLayer, DropoutLayer, ActivationLayer, ConvolutionLayer, SubsamplingLayer or "
    + "EmbeddingSequenceLayer"
  private static let damage = "; it is damaged: write the model again with ModelSerializer"

  static let changes: [Change] = [
    Change(
      text: "\(layers).LSTM", other: "\(layers).GravesBidirectionalLSTM",
      message:
        "confs[0].layer: expected \(known), found \"GravesBidirectionalLSTM\"" + remedy),
    Change(
      text: "\"confs\" :", other: "\"vertices\" : {\"a\" : 1}, \"confs\" :",
      message: "configuration.json: expected a MultiLayerNetwork, found a ComputationGraph" + remedy),
    Change(
      text: "ActivationTanH", other: "ActivationRationalTanh",
      message:
        "confs[0].layer.activationFn: expected Identity, Sigmoid, HardSigmoid, TanH, HardTanH, ReLU, LReLU, ELU, SELU, "
        + "SoftPlus, SoftSign, Softmax or Swish, found \"ActivationRationalTanh\"" + remedy),
    Change(
      text: "ActivationTanH\"", other: "ActivationLReLU\", \"alpha\" : 0.2",
      message: "confs[0].layer.activationFn.alpha: expected 0.01, found 0.2" + remedy),
    Change(
      text: "ActivationTanH", other: "ActivationSoftmax",
      message: "confs[0].layer.activationFn: expected an activation of single values, found \"softmax\""
        + remedy),
    Change(
      text: "LossMCXENT", other: "LossHinge",
      message:
        "confs[1].layer.lossFn: expected MCXENT, NegativeLogLikelihood, BinaryXENT, MSE, L2, MAE, L1, KLD or Poisson, found "
        + "\"LossHinge\"" + remedy),
    Change(
      text: "ActivationSoftmax", other: "ActivationTanH",
      message:
        "confs[1].layer.lossFn: expected a loss that suits the activation and the outputs, found the loss "
        + "multiClassCrossEntropy requires outputs between 0 and 1, but tanh gives others; use softmax"
        + remedy),
    Change(
      text: "config.Sgd", other: "config.AdaMax",
      message:
        "confs[0].layer.iupdater: expected Sgd, Nesterovs, AdaGrad, RmsProp, AdaDelta, Adam, Nadam or AMSGrad, found "
        + "\"AdaMax\"" + remedy),
    Change(
      text: "\"learningRate\" : 0.1", other: "\"learningRate\" : -0.1",
      message:
        "confs[0].layer.iupdater: expected an updater with numbers in their range, found a learning rate of -0.1; it must be "
        + "finite and not negative" + damage),
    Change(
      text: "\"learningRate\" : 0.1",
      other:
        "\"learningRate\" : \"NaN\", \"learningRateSchedule\" : {\"@class\" : \"a.b.CycleSchedule\", \"cycleLength\" : 3}",
      message:
        "confs[0].layer.iupdater.learningRateSchedule: expected FixedSchedule, StepSchedule, ExponentialSchedule, "
        + "InverseSchedule or PolySchedule, found \"CycleSchedule\"" + remedy),
    Change(
      text: "regularization.L2Regularization", other: "regularization.WeightDecay",
      message:
        "confs[0].layer.regularization[1]: expected L1Regularization or L2Regularization, found \"WeightDecay\""
        + remedy),
    Change(
      text: "\"regularizationBias\" : [ ]",
      other: "\"regularizationBias\" : [ {\"@class\" : \"a.L2Regularization\"} ]",
      message: "confs[0].layer.regularizationBias: expected no penalty on biases, found a list" + remedy),
    Change(
      text: "\"biasUpdater\" : null",
      other: "\"biasUpdater\" : {\"@class\" : \"a.Sgd\", \"learningRate\" : 0.2}",
      message: "confs[0].layer.biasUpdater: expected the updater of the weights, found another one" + remedy),
    Change(
      text: "\"gradientNormalization\" : \"None\"", other: "\"gradientNormalization\" : \"ClipTwice\"",
      message: "confs[0].layer.gradientNormalization: expected a limit that Timestep has, found \"ClipTwice\""
        + remedy),
    Change(
      text: "\"constraints\" : null",
      other: "\"constraints\" : [ {\"@class\" : \"a.b.MaxNormConstraint\", \"maxNorm\" : 1.0} ]",
      message:
        "confs[0].layer.constraints: expected nothing that Timestep has no counterpart of, found a list"
        + remedy),
    Change(
      text: "\"weightNoise\" : null",
      other: "\"weightNoise\" : {\"@class\" : \"a.b.DropConnect\", \"p\" : 0.5}",
      message:
        "confs[0].layer.weightNoise: expected nothing that Timestep has no counterpart of, found \"DropConnect\""
        + remedy),
    Change(
      text: "\"idropout\" : null",
      other: "\"idropout\" : {\"@class\" : \"a.b.GaussianDropout\", \"rate\" : 0.5}",
      message: "confs[0].layer.idropout: expected Dropout, found \"GaussianDropout\"" + remedy),
    Change(
      text: "\"idropout\" : null", other: "\"idropout\" : {\"@class\" : \"a.b.Dropout\", \"p\" : 1.5}",
      message: "confs[0].layer.idropout: expected a share from 0 to 1 that is kept, found 1.5" + damage),
    Change(
      text: "\"rnnDataFormat\" : \"NCW\"", other: "\"rnnDataFormat\" : \"NWC\"",
      message: "confs[0].layer.rnnDataFormat: expected NCW, found \"NWC\"" + remedy),
    Change(
      text: "\"hasBias\" : true", other: "\"hasBias\" : false",
      message: "confs[1].layer.hasBias: expected true, found false" + remedy),
    Change(
      text: "\"miniBatch\" : true", other: "\"miniBatch\" : false",
      message: "confs[0].miniBatch: expected true, found false" + remedy),
    Change(
      text: "STOCHASTIC_GRADIENT_DESCENT", other: "LBFGS",
      message: "confs[0].optimizationAlgo: expected STOCHASTIC_GRADIENT_DESCENT, found \"LBFGS\"" + remedy),
    Change(
      text: "\"dataType\" : \"FLOAT\"", other: "\"dataType\" : \"HALF\"",
      message: "configuration.json.dataType: expected FLOAT or DOUBLE, found \"HALF\"" + remedy),
    Change(
      text: "\"backpropType\" : \"Standard\"", other: "\"backpropType\" : \"Sometimes\"",
      message: "backpropType: expected Standard or TruncatedBPTT, found \"Sometimes\"" + remedy),
    Change(
      text: "\"cacheMode\" : \"NONE\",\n  \"confs\"", other: "\"newSetting\" : 3,\n  \"confs\"",
      message:
        "configuration.json.newSetting: expected nothing that Timestep has no counterpart of, found 3"
        + remedy),
    Change(
      text: "\"nin\" : 4", other: "\"nin\" : 5",
      message: "confs[1].layer.nin: expected 4, as many as come in, found 5" + damage),
    Change(
      text: "\"nout\" : 3", other: "\"nout\" : 2",
      message: "coefficients.bin: expected 138 parameters, as the layers have, found 143" + damage),
    Change(
      text: "\"nout\" : 4", other: "\"nout\" : 99999999999999999999",
      message: "confs[0].layer.nout: expected a whole number from 1 to 1048576, found 1e+20" + damage),
    Change(
      text: "\"nout\" : 4", other: "\"nout\" : 1048576",
      message: "confs[1].layer.nin: expected 1048576, as many as come in, found 4" + damage),
    Change(
      text: "\"nout\" : 4", other: "\"nout\" : \"four\"",
      message: "confs[0].layer.nout: expected a whole number from 1 to 1048576, found \"four\"" + damage),
    Change(
      text: "\"iterationCount\" : 9", other: "\"iterationCount\" : -9",
      message: "configuration.json.iterationCount: expected a whole number from 0 to 1000000000, found -9"
        + damage),
    Change(
      text: "\"confs\" : [ {", other: "\"confs\" : [ {]",
      message: "configuration.json: expected JSON, found something else" + damage),
    Change(
      text: "\"@class\" : \"\(layers).LSTM\",", other: "",
      message: "confs[0].layer: expected an object with the name of its class, found one without" + damage),
    Change(
      model: "networks/clip",
      text: "ClipElementWiseAbsoluteValue\",\n      \"gradientNormalizationThreshold\" : 0.05",
      other: "ClipL2PerLayer\",\n      \"gradientNormalizationThreshold\" : 0.0",
      message: "confs[0].layer.gradientNormalizationThreshold: expected a number above 0, found 0.0" + damage),
    Change(
      model: "networks/graves", text: "\"gradientNormalization\" : \"None\"",
      other: "\"gradientNormalization\" : \"ClipL2PerParamType\"",
      message:
        "confs[0].layer.gradientNormalization: expected a limit that does not take peepholes and recurrent weights together, "
        + "found one for each parameter" + remedy),
    Change(
      model: "models/bidirectional-add", text: "\"mode\" : \"ADD\"", other: "\"mode\" : \"STACK\"",
      message: "confs[0].layer.mode: expected CONCAT, ADD, AVERAGE or MUL, found \"STACK\"" + remedy),
    Change(
      model: "models/bidirectional-add", text: "\"fwd\" : {\n        \"@class\" : \"\(layers).LSTM",
      other: "\"fwd\" : {\n        \"@class\" : \"\(layers).GravesLSTM",
      message: "confs[0].layer.bwd: expected the settings of fwd, found others" + remedy),
    Change(
      model: "models/embedding", text: "\"hasBias\" : false", other: "\"hasBias\" : true",
      message: "confs[0].layer.hasBias: expected false, found true" + remedy),
    Change(
      model: "models/pool-max", text: "\"poolingType\" : \"MAX\"", other: "\"poolingType\" : \"MEDIAN\"",
      message: "confs[1].layer.poolingType: expected MAX, AVG, SUM or PNORM, found \"MEDIAN\"" + remedy),
    Change(
      model: "models/pool-max", text: "\(layers).GlobalPoolingLayer",
      other: "\(layers).ActivationLayer\", \"x\" : \"1",
      message:
        "confs[1].layer.collapseDimensions: expected nothing that Timestep has no counterpart of, found true"
        + remedy),
    Change(
      model: "models/video", text: "\"dilation\" : [ 1, 1 ]", other: "\"dilation\" : [ 2, 2 ]",
      message: "confs[0].layer.dilation: expected [1, 1], found another one" + remedy),
    Change(
      model: "models/video", text: "\"convolutionMode\" : \"Truncate\"",
      other: "\"convolutionMode\" : \"Causal\"",
      message: "confs[0].layer.convolutionMode: expected Truncate, Strict or Same, found \"Causal\"" + remedy),
    Change(
      model: "models/video", text: "\"inputHeight\" : 3", other: "\"inputHeight\" : 9",
      message:
        "inputPreProcessors.2: expected images as they come in, convolutional(4 x 3 x 3), found 4 x 9 x 3"
        + damage),
    Change(
      model: "models/video", text: "RnnToCnnPreProcessor", other: "ComposableInputPreProcessor",
      message:
        "inputPreProcessors.0: expected a conversion between series, rows and images, found \"ComposableInputPreProcessor\""
        + remedy),
    Change(
      model: "models/last-step", text: "recurrent.LastTimeStep", other: "recurrent.TimeDistributed",
      message: "confs[0].layer: expected \(known), found \"TimeDistributed\"" + remedy),
  ]

  @Test(arguments: changes)
  func isRefusedByItsName(change: Change) throws {
    var archive = try DL4JArchiveScratch(change.model)
    try archive.replace(change.text, with: change.other)
    let path = try archive.write()
    let found = message { _ = try ModelFile(path) }
    let expected = "\(path): is a model of Deeplearning4j that cannot be read: \(change.message)"
    #expect(found == expected)
  }

  /// Settings with a counterpart that no golden model has.
  @Test func counterparts() throws {
    func configuration(_ model: String, _ text: String, _ other: String) throws -> NetworkConfiguration {
      var archive = try DL4JArchiveScratch(model)
      try archive.replace(text, with: other)
      return try archive.read().network.configuration
    }
    let rates: [(String, Schedule)] = [
      (
        "StepSchedule\", \"scheduleType\" : \"EPOCH\", \"initialValue\" : 0.1, \"decayRate\" : 0.5, \"step\" : 2.0",
        .step(0.1, factor: 0.5, every: 2, unit: .epochs)
      ),
      (
        "ExponentialSchedule\", \"scheduleType\" : \"ITERATION\", \"initialValue\" : 0.1, \"gamma\" : 0.5",
        .exponential(0.1, factor: 0.5, unit: .iterations)
      ),
      (
        "InverseSchedule\", \"scheduleType\" : \"ITERATION\", \"initialValue\" : 0.1, \"gamma\" : 0.5, \"power\" : 2",
        .inverse(0.1, gamma: 0.5, power: 2, unit: .iterations)
      ),
      (
        "PolySchedule\", \"scheduleType\" : \"EPOCH\", \"initialValue\" : 0.1, \"power\" : 2, \"maxIter\" : 9",
        .polynomial(0.1, power: 2, over: 9, unit: .epochs)
      ),
      ("FixedSchedule\", \"value\" : 0.25", .constant(0.25)),
    ]
    for (text, rate) in rates {
      let other = "\"learningRate\" : \"NaN\", \"learningRateSchedule\" : {\"@class\" : \"a.b.\(text)}"
      #expect(
        try configuration("networks/l1-l2", "\"learningRate\" : 0.1", other).updater
          == .sgd(learningRate: rate))
    }
    let limits: [(String, NetworkConfiguration.GradientLimit)] = [
      ("RenormalizeL2PerLayer", .renormalizedLayer), ("RenormalizeL2PerParamType", .renormalizedParameter),
      ("ClipL2PerLayer", .layerNorm(0.05)), ("ClipL2PerParamType", .parameterNorm(0.05)),
    ]
    for (name, limit) in limits {
      #expect(try configuration("networks/clip", "ClipElementWiseAbsoluteValue", name).gradientLimit == limit)
    }
    // Both directions drop inputs; here, it is one layer before them.
    let noisy = try configuration(
      "models/bidirectional-add", "\"forgetGateBiasInit\" : 1.0,",
      "\"forgetGateBiasInit\" : 0.5, \"idropout\" : {\"@class\" : \"a.Dropout\", \"p\" : 0.75},")
    #expect((noisy.layers[0].layer as? Dropout)?.rate == 0.25)
    #expect((noisy.layers[1].layer as? Bidirectional)?.layer as? LSTM == LSTM(4, forgetBias: 0.5))
    // Every output has its weight in the loss.
    let weighted = try configuration(
      "networks/lstm", "\"softmaxClipEps\" : 1.0E-10",
      "\"softmaxClipEps\" : 1.0E-10, \"weights\" : [ 1, 2.5, 0 ]")
    #expect((weighted.layers[1].layer as? RNNOutput)?.classWeights == [1, 2.5, 0])
    // Zeros around images of 6 x 6 so that a kernel of 3 x 3 gives as many outputs.
    let same = try configuration(
      "models/video", "\"convolutionMode\" : \"Truncate\",\n      \"cudnnAlgoMode\"",
      "\"convolutionMode\" : \"Same\",\n      \"cudnnAlgoMode\"")
    #expect((same.layers[0].layer as? Convolution2D)?.padding == 1)
  }
}
