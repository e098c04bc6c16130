import TensorFiles

/// The assignment of a state dict's modules to the layers of a network.
///
/// A layer that only one module suits takes it, which may leave only one for another layer. Layers that then
/// remain, all with the same choice of modules, take them in the order of the numbers in their names.
struct PyTorchMatching {
  private let state: PyTorchStateDict
  private let network: MultiLayerNetwork
  /// Everything in the file that can be named and is not ignored.
  private let everything: [(source: PyTorchStateDict.Source, kind: PyTorchModule.Kind)]

  init(_ state: PyTorchStateDict, _ network: MultiLayerNetwork, ignoring ignored: [String]) {
    (self.state, self.network) = (state, network)
    everything = state.modules.filter { module in
      !module.tensors.allSatisfy { tensor in
        ignored.contains { PyTorchStateDict.isPart(tensor.name, of: $0) }
      }
    }.flatMap { module in module.sources.map { ($0, module.kind) } }
  }

  /// Returns the source of each layer's weights.
  ///
  /// - Throws: `TensorFileError` if a layer finds none, or several could belong to it.
  func sources() throws(TensorFileError) -> [Int: PyTorchStateDict.Source] {
    var choices: [Int: [PyTorchStateDict.Source]] = [:]
    for index in network.parameters.indices where !network.plan.specifications[index].isEmpty {
      choices[index] = try suitable(index)
    }
    var found: [Int: PyTorchStateDict.Source] = [:]
    func take(_ source: PyTorchStateDict.Source, for layer: Int) throws(TensorFileError) {
      found[layer] = source
      choices[layer] = nil
      for other in choices.keys.sorted() {
        choices[other]?.removeAll { $0.isSamePlace(as: source) }
        if choices[other]?.isEmpty == true {
          throw try nothing(for: other, ", as \(source) is for \(network.configuration.name(of: layer))")
        }
      }
    }
    while let first = choices.keys.min() {
      if let (layer, choice) = choices.filter({ $0.value.count == 1 }).min(by: { $0.key < $1.key }) {
        try take(choice[0], for: layer)
      } else {
        let choice = choices[first] ?? []
        let layers = choices.keys.filter { choices[$0] == choice }.sorted()
        guard layers.count == choice.count, let sorted = Self.byNumbers(choice) else {
          let names = layers.map { network.configuration.name(of: $0) }.joined(separator: " and ")
          throw state.refusal(
            "it is not clear which of \(choice.map(\.description).joined(separator: ", ")) belongs to \(names) of the "
              + "network; specify it, as in network.load(state, [\(first): \(choice[0]), ...])")
        }
        // All at once: while one takes its source, those of the others must not be up for choice.
        for layer in layers { choices[layer] = nil }
        for (layer, source) in zip(layers, sorted) { try take(source, for: layer) }
      }
    }
    return found
  }

  /// Returns the sources that a layer can take.
  private func suitable(_ index: Int) throws(TensorFileError) -> [PyTorchStateDict.Source] {
    // Layers that cannot be loaded, whatever the file holds, are reported first, with their own reason.
    let template = try PyTorchPlacement.template(state, for: index, of: network)
    var sources: [PyTorchStateDict.Source] = []
    var misfits: [TensorFileError] = []
    for (source, kind) in everything where source.canName(template.kind) && kind.suits(template.kind) {
      do {
        _ = try PyTorchPlacement(source, in: state, for: index, of: network)
        sources.append(source)
      } catch {
        misfits.append(error)
      }
    }
    guard sources.isEmpty else { return sources }
    // If there is a single misfit, it was probably meant, and its error is the most helpful one.
    throw try misfits.count == 1 ? misfits[0] : nothing(for: index, "")
  }

  private func nothing(for index: Int, _ reason: String) throws(TensorFileError) -> TensorFileError {
    let template = try PyTorchPlacement.template(state, for: index, of: network)
    let parts = template.parts.filter { !$0.isBias && !$0.isReversed }
      .map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
    let directions = template.isBidirectional ? " in both directions" : ""
    return state.refusal(
      "has nothing for \(network.configuration.name(of: index)) of the network, which requires "
        + "\(template.kind.source)\(directions), with \(parts)\(reason); make the network with the sizes of the file, which "
        + "contains \(state.contents)")
  }

  /// Returns the sources in the order of the numbers in their names; `nil` if the names differ in more than
  /// numbers.
  private static func byNumbers(_ sources: [PyTorchStateDict.Source]) -> [PyTorchStateDict.Source]? {
    let names = sources.map { NumberedName($0) }
    guard names.allSatisfy({ $0.text == names[0].text }) else { return nil }
    return zip(names, sources).sorted { $0.0.numbers.lexicographicallyPrecedes($1.0.numbers) }.map(\.1)
  }
}

/// A name split into text and numbers: `blocks.10.fc` is `blocks.#.fc` and 10.
private struct NumberedName {
  var text = ""
  var numbers: [Int] = []

  init(_ source: PyTorchStateDict.Source) {
    var rest = Substring(source.module)
    while let first = rest.first {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      // Numbers too long for an Int stay text.
      if let number = Int(digits) {
        numbers.append(number)
        text.append("#")
        rest = rest.dropFirst(digits.count)
      } else {
        text.append(first)
        rest = rest.dropFirst()
      }
    }
    if case .recurrent(_, let layer) = source { numbers.append(layer) }
  }
}

extension PyTorchModule {
  /// All sources that the module offers to a layer.
  fileprivate var sources: [PyTorchStateDict.Source] {
    switch kind {
    case .lstm, .gru, .rnn: return layers.map { .recurrent(name, layer: $0) }
    case .linear: return [.linear(name)]
    case .matrix: return [.linear(name), .embedding(name)]
    case .convolution: return [.convolution(name)]
    case .other: return []
    }
  }
}

extension PyTorchStateDict.Source {
  /// Returns true if both name the same tensors.
  fileprivate func isSamePlace(as other: PyTorchStateDict.Source) -> Bool {
    guard module == other.module else { return false }
    if case (.recurrent(_, let layer), .recurrent(_, let otherLayer)) = (self, other) {
      return layer == otherLayer
    }
    return true
  }
}
