import TensorFiles

/// The weights of a PyTorch model, from the safetensors file that its state dict was saved to.
///
/// In Python: `safetensors.torch.save_file(model.state_dict(), "model.safetensors")`. Then:
/// ```swift
/// let state = try PyTorchStateDict("model.safetensors")
/// print(state)                // fc: Linear, 64 to 9
///                             // lstm: LSTM, 12 to 64, layers 0 and 1
/// try network.load(state)
/// ```
/// A state dict holds only names and numbers. It does not hold the order of the modules, activations,
/// strides, paddings and dropout, so the network must be made with the same ones.
public struct PyTorchStateDict: Sendable {
  /// The modules that hold tensors, in the order of the file, which is not that of the model: safetensors
  /// sorts by name.
  package let modules: [PyTorchModule]
  let file: SafetensorsFile

  /// Opens the file at `path`, and identifies the modules by the names and shapes of its tensors.
  ///
  /// - Throws: `FileError` if the file cannot be opened; `TensorFileError` if it is not a valid safetensors
  ///   file, or is a Timestep model.
  public init(_ path: String) throws {
    do {
      file = try SafetensorsFile(path)
    } catch let error as TensorFileError {
      throw TensorFileError(
        path: path,
        problem: "\(error.problem), in Python by safetensors.torch.save_file(model.state_dict(), path)")
    }
    if file.metadata["format"] == ModelFile.format {
      throw TensorFileError(
        path: path, problem: "is a model of Timestep, not a state dict of PyTorch; read it with ModelFile")
    }
    var order: [String] = []
    var tensors: [String: [TensorInfo]] = [:]
    for tensor in file.tensors {
      let name = PyTorchModule.split(tensor.name).module
      if tensors[name] == nil { order.append(name) }
      tensors[name, default: []].append(tensor)
    }
    modules = order.map { PyTorchModule(name: $0, tensors: tensors[$0] ?? []) }
  }

  /// The file's path, for messages.
  public var path: String { file.path }

  /// Returns an error about the file.
  func refusal(_ problem: String) -> TensorFileError { TensorFileError(path: path, problem: problem) }

  /// Returns the module called `name`.
  func module(_ name: String) throws(TensorFileError) -> PyTorchModule {
    guard let module = modules.first(where: { $0.name == name }) else {
      throw refusal("has no module \(shown(name)); it contains \(contents)")
    }
    return module
  }

  /// The contents of the file, on one line.
  var contents: String {
    let shown = modules.prefix(12).map(\.description).joined(separator: "; ")
    switch modules.count {
    case 0: return "nothing"
    case ...12: return shown
    default: return "\(shown); and \(modules.count - 12) modules more"
    }
  }
}

extension PyTorchStateDict: CustomStringConvertible {
  /// One line per module, such as `lstm: LSTM, 12 to 64, layers 0 and 1`.
  public var description: String { modules.map(\.description).joined(separator: "\n") }
}
