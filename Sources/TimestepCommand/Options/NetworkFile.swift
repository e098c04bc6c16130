import ArgumentParser
import FoundationEssentials
import Platform
import TensorFiles
import Timestep

/// A network that a JSON file describes: its layers, and how they are trained.
///
/// The file contains what `timestep inspect --model M --json` prints, or only its `network`. Of that, `layers` must be
/// there; what is not there is as flags say.
struct NetworkFile {
  private let path: String
  private let described: Described

  /// The settings of a network, as far as the file has them.
  private struct Described: Decodable {
    var layers: [NetworkLayer]
    var inputs: InputType?
    var seed: UInt64?
    var updater: Updater?
    var weights: WeightInitialization?
    var backpropagation: NetworkConfiguration.Backpropagation?
    var gradientLimit: NetworkConfiguration.GradientLimit?
    var l1, l2: Float?
  }

  /// Reads a file.
  ///
  /// - Throws: `RecordError` with line and column about what is no JSON or no setting of a network; `FileError` if it
  ///   cannot be read.
  init(_ path: String) throws {
    self.path = path
    let whole = try LocatedJSON(try MappedFile(path).withBytes { Array($0) }, path: path)
    let located = whole["network"] ?? whole
    let text = Data(located.text.utf8)
    do {
      described = try JSONDecoder().decode(Described.self, from: text)
    } catch let error as NetworkError {
      throw Self.refusal(path, located.place, "the network \(error)")
    } catch {
      throw Self.refusal(
        path, located.place,
        "expected a network, as inspect --model MODEL --json prints it, found \(decodingProblem(error)); correct it"
      )
    }
    try checkKeys(located)
  }

  private static func refusal(_ path: String, _ place: LocatedJSON.Place, _ problem: String) -> RecordError {
    RecordError(.mismatch, path: path, line: place.line, column: place.column, problem)
  }

  /// Rejects keys that say nothing of a network, and would be ignored.
  private func checkKeys(_ located: LocatedJSON) throws {
    let known = try LocatedJSON(
      Array(jsonText(configuration(for: 1, NetworkOptions.parse([]))).utf8), path: path)
    func check(_ own: LocatedJSON, _ other: LocatedJSON) throws {
      if case .list(let values) = own.content, case .list(let others) = other.content {
        for (value, other) in zip(values, others) { try check(value, other) }
      }
      guard case .object(let members) = own.content, case .object(let others) = other.content else { return }
      var lines: [String: Int] = [:]
      for member in members {
        if let line = lines.updateValue(member.place.line, forKey: member.key) {
          throw Self.refusal(
            path, member.place,
            "\"\(escapedText(member.key.utf8))\" occurs twice: expected it once, found it in line \(line) too; leave one out"
          )
        }
        if let other = others.first(where: { $0.key == member.key }) {
          try check(member.value, other.value)
        } else if !member.value.saysNothing {
          let names = others.map(\.key)
          throw Self.refusal(
            path, member.place,
            "\"\(escapedText(member.key.utf8))\" is no setting here: expected one of \(names.joined(separator: ", "))"
              + suggestion(for: member.key, among: names) + "; correct it, or leave it out")
        }
      }
    }
    try check(located, known)
  }

  /// The layers that the file describes.
  var layers: [NetworkLayer] { described.layers }

  /// Returns the configuration, for a number of feature columns and with what flags say otherwise.
  func configuration(for columnCount: Int, _ options: NetworkOptions) -> NetworkConfiguration {
    var configuration = NetworkConfiguration(
      inputs: described.inputs ?? .recurrent(size: columnCount), layers: described.layers,
      seed: described.seed ?? options.seed, updater: described.updater ?? options.namedUpdater,
      weights: described.weights ?? .xavier, backpropagation: described.backpropagation ?? .full,
      gradientLimit: described.gradientLimit ?? options.gradientLimit, l1: described.l1 ?? options.l1,
      l2: described.l2 ?? options.l2)
    // The columns of the data are those of the files.
    if case .recurrent = configuration.inputs { configuration.inputs = .recurrent(size: columnCount) }
    options.change(&configuration)
    return configuration
  }

  /// Returns a network with fresh parameters for data of a contract, and what is said about its last layer.
  ///
  /// The file's output layer is kept if it suits the labels; otherwise, or if there is none, it follows from them.
  ///
  /// - Throws: `TensorFileError` if the layers do not form a network for such data.
  func network(
    for contract: DataContract, _ options: NetworkOptions, classWeights: [Float]
  ) throws -> (network: MultiLayerNetwork, notes: [String]) {
    var configuration = configuration(for: contract.columns.count, options)
    var notes: [String] = []
    do {
      if let last = configuration.layers.last?.layer as? any DenseOutputLayer, !last.suits(contract.labels) {
        configuration.layers.removeLast()
        notes = [
          "\(path): the output layer of \(last.size) (\(last.activation)) does not suit the labels, \(contract.labels.names.count) "
            + "\(contract.labels.areClasses ? "classes" : "numbers"): another one follows from them"
        ]
      }
      return (try MultiLayerNetwork(configuration, for: contract, classWeights: classWeights), notes)
    } catch {
      throw TensorFileError(path: path, problem: "makes no network for this data: \(error)")
    }
  }
}

extension DenseOutputLayer {
  /// True if the outputs can be compared with such labels.
  fileprivate func suits(_ labels: DataContract.Labels) -> Bool {
    let givesProbabilities = [Activation.softmax, .sigmoid, .hardSigmoid].contains(activation)
    return size == labels.names.count && givesProbabilities == labels.areClasses
  }
}

extension LocatedJSON {
  /// The value of a key of an object; `nil` if there is none.
  fileprivate subscript(key: String) -> LocatedJSON? {
    guard case .object(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// True for `null` and for an empty list, which mean the same as no value.
  fileprivate var saysNothing: Bool {
    switch content {
    case .null: true
    case .list(let values): values.isEmpty
    default: false
    }
  }

  /// The value as JSON.
  fileprivate var text: String {
    switch content {
    case .object(let members):
      "{" + members.map { "\(jsonString($0.key)):\($0.value.text)" }.joined(separator: ",") + "}"
    case .list(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .text(let text): jsonString(text)
    case .number(let digits): digits
    case .boolean(let value): "\(value)"
    case .null: "null"
    }
  }
}
