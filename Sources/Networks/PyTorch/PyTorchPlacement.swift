import TensorFiles
import Tensors

/// A layer of a network and the tensors of a state dict that become its parameters.
///
/// All tensors exist, and have the shapes that the layer requires.
struct PyTorchPlacement {
  let source: PyTorchStateDict.Source
  let template: PyTorchTemplate
  /// One tensor for each part of the template; `nil` for missing biases.
  let tensors: [TensorInfo?]

  /// Finds the tensors for layer `index`.
  ///
  /// - Throws: `TensorFileError` if anything is missing or does not fit, with the names and shapes that the
  ///   file holds.
  init(
    _ source: PyTorchStateDict.Source, in state: PyTorchStateDict, for index: Int,
    of network: MultiLayerNetwork
  )
    throws(TensorFileError)
  {
    let place = network.configuration.name(of: index)
    let module = try state.module(source.module)
    let template = try Self.template(state, for: index, of: network)
    guard source.canName(template.kind), module.kind.suits(template.kind) else {
      throw state.refusal(
        "\(place) of the network requires \(template.kind.source), but \(source) names \(module); name "
          + "another module, or make another layer")
    }
    if case .recurrent(_, let number) = source {
      guard module.layers.contains(number) else {
        throw state.refusal("has no layer \(number) in \(module); name one that exists")
      }
      guard module.isBidirectional == template.isBidirectional else {
        throw state.refusal(
          template.isBidirectional
            ? "\(place) of the network runs in both directions, but the file contains \(module); make it a layer of one"
            : "\(place) of the network runs in one direction, but the file contains \(module); make it Bidirectional"
        )
      }
    }
    (self.source, self.template) = (source, template)
    tensors = try Self.tensors(of: template, source, in: module, state, place)
  }

  /// Returns the template of layer `index`.
  ///
  /// - Throws: `TensorFileError` if PyTorch has no module that computes the same as the layer.
  static func template(_ state: PyTorchStateDict, for index: Int, of network: MultiLayerNetwork)
    throws(TensorFileError) -> PyTorchTemplate
  {
    let place = network.configuration.name(of: index)
    guard let layer = network.configuration.layers[index].layer as? any PyTorchImportable else {
      throw state.refusal(
        network.plan.specifications[index].isEmpty
          ? "\(place) of the network has no parameters; name no module for it"
          : "\(place) of the network is not a layer that PyTorch has; make it another one, or name no module for it"
      )
    }
    let template = layer.pyTorchTemplate(input: network.plan.inputs[index].type)
    if let problem = template.problem {
      throw state.refusal("\(place) of the network \(problem); change the layer, or name no module for it")
    }
    return template
  }

  private static func tensors(
    of template: PyTorchTemplate, _ source: PyTorchStateDict.Source, in module: PyTorchModule,
    _ state: PyTorchStateDict,
    _ place: String
  ) throws(TensorFileError) -> [TensorInfo?] {
    let names = template.parts.map { module.name(of: $0, source) }
    // A module has either all of its biases or none.
    let hasBiases = zip(template.parts, names).contains { $0.isBias && module.tensor($1) != nil }
    var tensors: [TensorInfo?] = []
    for (part, name) in zip(template.parts, names) {
      guard let tensor = module.tensor(name) else {
        guard part.isBias, !hasBiases else {
          throw state.refusal(
            "lacks the tensor \(shown(module.fullName(name))) \(part.shape), which \(place) of the network requires; it contains "
              + "\(module.tensorList); save the whole state dict")
        }
        tensors.append(nil)
        continue
      }
      guard tensor.shape == part.shape else {
        throw state.refusal(
          "tensor \(shown(tensor.name)) has the shape \(tensor.shape), but \(place) of the network requires \(part.shape); "
            + "make the network with the sizes of the file, which contains \(module)")
      }
      tensors.append(tensor)
    }
    return tensors
  }

  /// Returns the layer's parameters, read and rearranged.
  ///
  /// - Throws: `TensorFileError` if a number is not finite.
  func parameters(_ state: PyTorchStateDict) throws -> [Float] {
    template.parameters(
      try zip(template.parts, tensors).map { part, tensor in
        guard let tensor else { return [Float](repeating: 0, count: part.shape.reduce(1, *)) }
        return try state.floats(tensor)
      })
  }
}

extension PyTorchModule.Kind {
  /// Returns true if a layer that needs a module of kind `wanted` accepts one of this kind.
  ///
  /// A linear module may lack biases.
  func suits(_ wanted: Self) -> Bool { self == wanted || self == .matrix && wanted == .linear }
}

extension PyTorchModule {
  /// Returns the name of a template's part within the module.
  func name(of part: PyTorchTemplate.Part, _ source: PyTorchStateDict.Source) -> String {
    guard case .recurrent(_, let layer) = source else { return part.name }
    // Cells have no layers, and therefore no numbers.
    if layer == 0, !part.isReversed, tensor("weight_hh_l0") == nil { return part.name }
    return "\(part.name)_l\(layer)\(part.isReversed ? "_reverse" : "")"
  }

  /// The names and shapes of the tensors, on one line.
  var tensorList: String {
    let list = tensors.prefix(12).map { "\(shown($0.name)) \($0.shape)" }.joined(separator: ", ")
    return tensors.count > 12 ? "\(list), ..." : list
  }
}

extension PyTorchStateDict {
  /// Returns the elements of a tensor in C order, rounded to single precision.
  func floats(_ tensor: TensorInfo) throws -> [Float] {
    guard tensor.element == .float32 || tensor.element == .float64 else {
      throw refusal(
        "tensor \(shown(tensor.name)) contains \(tensor.element.rawValue), but only F32 and F64 can be read; save it as "
          + "F32, in Python by model.float().state_dict()")
    }
    let values: [Float]
    switch try file.read(tensor) {
    case .floats(let tensor): values = tensor.ordered(.c).elements
    case .doubles(_, let elements): values = elements.map { Float($0) }
    default: preconditionFailure("\(tensor.element) is rejected before")
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw refusal(
        "element \(index) of tensor \(shown(tensor.name)) is \(values[index]) in single precision; weights must be finite: "
          + "save a model whose training has not diverged")
    }
    return values
  }
}
