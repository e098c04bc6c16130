import TensorFiles

/// A module of a PyTorch model, as identified by the names and shapes of its tensors.
package struct PyTorchModule: Sendable, Hashable {
  /// The kind of a module.
  package enum Kind: String, Sendable, Hashable {
    /// `nn.LSTM`, or `nn.LSTMCell`.
    case lstm = "LSTM"
    /// `nn.GRU`, or `nn.GRUCell`.
    case gru = "GRU"
    /// `nn.RNN`, or `nn.RNNCell`.
    case rnn = "RNN"
    /// `nn.Linear` with biases.
    case linear = "Linear"
    /// `nn.Linear` without biases, or `nn.Embedding`: both are a matrix.
    case matrix = "Linear without bias, or Embedding"
    /// `nn.Conv2d`.
    case convolution = "Conv2d"
    /// A module that no layer can take weights from.
    case other
  }

  /// The name, such as `encoder.lstm`; empty if the state dict is that of the module itself.
  package let name: String
  /// The kind of the module.
  package let kind: Kind
  /// The numbers of the layers of a recurrent module; empty for all others.
  package let layers: [Int]
  /// True if a recurrent module runs in both directions.
  package let isBidirectional: Bool
  /// The module's tensors, with their names in the file.
  package let tensors: [TensorInfo]
  /// The input and output sizes, such as `12 to 64`; for other modules, a guess.
  private let extent: String

  init(name: String, tensors: [TensorInfo]) {
    (self.name, self.tensors) = (name, tensors)
    let shapes = Dictionary(
      tensors.map { (Self.split($0.name).tensor, $0.shape) }, uniquingKeysWith: { first, _ in first })
    let recurrent = shapes.keys.compactMap(RecurrentName.init)
    if recurrent.contains(where: { $0.base == "weight_hh" }) {
      layers = Set(recurrent.map(\.layer)).sorted()
      isBidirectional = recurrent.contains(where: \.isReversed)
      (kind, extent) = Self.recurrent(shapes, recurrent)
    } else {
      (layers, isBidirectional) = ([], false)
      (kind, extent) = Self.plain(shapes)
    }
  }

  private static func recurrent(_ shapes: [String: [Int]], _ names: [RecurrentName]) -> (Kind, String) {
    func shape(_ base: String) -> [Int]? {
      names.filter { $0.base == base }.min { $0.layer < $1.layer }.flatMap { shapes[$0.text] }
    }
    if let projection = shape("weight_hr") {
      return (.other, "an LSTM with proj_size \(projection.first ?? 0), which no layer has")
    }
    guard let hidden = shape("weight_hh"), hidden.count == 2, hidden[1] > 0,
      let kind = [1: Kind.rnn, 3: .gru, 4: .lstm][hidden[0] / hidden[1]], hidden[0] % hidden[1] == 0
    else { return (.other, "recurrent, but no LSTM, GRU or RNN") }
    let inputs = shape("weight_ih").flatMap { $0.count == 2 ? $0[1] : nil }
    return (kind, "\(inputs.map { "\($0) to " } ?? "")\(hidden[1])")
  }

  private static func plain(_ shapes: [String: [Int]]) -> (Kind, String) {
    guard let weight = shapes["weight"], shapes["running_mean"] == nil else {
      return (.other, "no module that a layer can take weights from")
    }
    switch weight.count {
    case 2: return (shapes["bias"] == nil ? .matrix : .linear, "\(weight[1]) to \(weight[0])")
    case 3: return (.other, "perhaps a Conv1d, which no layer has")
    case 4:
      return (.convolution, "\(weight[1]) to \(weight[0]) channels, kernel \(weight[2]) x \(weight[3])")
    default: return (.other, "perhaps a normalization, which no layer has")
    }
  }

  /// Returns the tensor whose name within the module is `name`, or `nil`.
  func tensor(_ name: String) -> TensorInfo? { tensors.first { Self.split($0.name).tensor == name } }

  /// Returns the name in the file of the tensor called `name` within the module.
  func fullName(_ tensor: String) -> String { name.isEmpty ? tensor : "\(name).\(tensor)" }

  /// Splits a tensor's name at the last dot, into the module and the rest.
  static func split(_ name: String) -> (module: String, tensor: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

}

/// Returns a name from a file for use in messages: quoted, and truncated, because a damaged file can hold
/// anything.
func shown(_ name: String) -> String {
  let scalars = name.unicodeScalars
  guard scalars.count > 80 else { return name.debugDescription }
  return String(String.UnicodeScalarView(scalars.prefix(80))).debugDescription + "..."
}

extension PyTorchModule: CustomStringConvertible {
  /// A line such as `lstm: LSTM, 12 to 64, layers 0 and 1, both directions`.
  package var description: String {
    let title = name.isEmpty ? "at the top" : String(shown(name).dropFirst().dropLast())
    guard kind != .other else {
      let names = tensors.prefix(3).map { "\(shown($0.name)) \($0.shape)" }.joined(separator: ", ")
      return "\(title): \(extent) (\(names)\(tensors.count > 3 ? ", ..." : ""))"
    }
    let numbers: String
    switch layers.count {
    case 0, 1: numbers = ""
    case 2: numbers = ", layers \(layers[0]) and \(layers[1])"
    default: numbers = ", \(layers.count) layers, \(layers[0]) to \(layers[layers.count - 1])"
    }
    return "\(title): \(kind.rawValue), \(extent)\(numbers)\(isBidirectional ? ", both directions" : "")"
  }
}

/// The name of a recurrent module's tensor: `weight_ih_l0`, `bias_hh_l1_reverse`; in a cell, `weight_ih`.
struct RecurrentName {
  /// The name in the file.
  let text: String
  /// `weight_ih`, `weight_hh`, `weight_hr`, `bias_ih` or `bias_hh`.
  let base: String
  let layer: Int
  let isReversed: Bool

  /// Parses a name; `nil` if it is not such a name.
  init?(_ text: String) {
    guard let base = Self.bases.first(where: { text.hasPrefix($0) }) else { return nil }
    var rest = text.dropFirst(base.count)
    (self.text, self.base) = (text, base)
    isReversed = rest.hasSuffix("_reverse")
    if isReversed { rest = rest.dropLast("_reverse".count) }
    if rest.isEmpty, !isReversed {
      layer = 0
      return
    }
    // Only what PyTorch itself writes: no sign, no leading 0.
    guard rest.hasPrefix("_l"), let number = Int(rest.dropFirst(2)), rest.dropFirst(2) == "\(number)" else {
      return nil
    }
    guard number >= 0 else { return nil }
    layer = number
  }

  private static let bases = ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"]
}
