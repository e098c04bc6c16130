import ArgumentParser
import Timestep

/// The data that a data set file describes: its files, how they are written, their labels, and the batches they become.
///
/// `timestep inspect DIRECTORY --save walk.json` writes such a file, and every command takes it as its first argument.
/// One line loads the same batches in Swift:
/// ```swift
/// let batches = try DataDescription(contentsOf: "walk.json").batches()
/// let training = try DataDescription(contentsOf: "walk.json").batches(.training, order: .shuffled(seed: 1))
/// ```
/// Keys about anything but the data, such as those of a training, are ignored, and so is `normalize`: normalizers are fitted
/// to batches (`AffineNormalizer`). Plug-ins are those that come with Timestep.
public struct DataDescription: Sendable {
  /// A part of the data, if the file divides it (`split`, `split-time` or `fold`).
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// The examples to learn from.
    case training = "train"
    /// The examples to choose the best model by.
    case validation
    /// The examples to judge the model by.
    case test
    /// All examples, however the file divides them.
    case all
  }

  /// The path of the data set file.
  public let path: String
  private let given: GivenFlags

  /// Reads a data set file; the data itself is not opened yet.
  ///
  /// Paths in it are relative to the file.
  ///
  /// - Throws: `RecordError` with line and column if the file is not JSON, has a key that no command knows, or a value of
  ///   the wrong type, or if keys exclude each other; `FileError` if it cannot be read.
  public init(contentsOf path: String) throws {
    self.path = path
    let flags = try DataSetFile(path).flags { name in
      FlagDefinition.all.first { $0.name == name && $0.commands.areOfData }
    }
    // Only train takes a split without the name of a part.
    given = GivenFlags([FlagDefinition.Command.train.rawValue]).completed(by: flags)
    _ = try read(.all) { _ in try given.check() }
  }

  /// The feature files in order.
  ///
  /// - Throws: `RecordError` if the file names none, or they are missing.
  public func featureFiles() throws -> [SequenceLocation] {
    try read(.all) { options in
      let splits =
        try options.features.map(options.split)
        + [options.plugins.split(options.plugins.inputSplit, flag: "--input-split")].compactMap { $0 }
      if splits.isEmpty {
        throw ValidationError("the key \"features\" is missing: name the files that contain the sequences")
      }
      return try splits.flatMap { try $0.locations() }
    }
  }

  /// Returns the reader of the features, before transforms and windows: `[T, C]` for each sequence, label columns
  /// included.
  ///
  /// - Parameter part: The part to read; `nil`: all of the data, which the file must not divide.
  /// - Throws: `RecordError` or `FileError` about the data.
  public func features(_ part: Part? = nil) throws -> any SequenceRecordReader {
    try read(part) { try $0.featureReader() }
  }

  /// Returns the reader of the labels of all sequences; `nil` if labels are columns of the features, or there are none.
  ///
  /// - Throws: `RecordError` or `FileError` about the data.
  public func labels() throws -> (any SequenceRecordReader)? {
    try read(.all) { options in
      let rule = CollectionRule(partKey: options.partKey(nil))
      return try options.labelReader(besides: options.allFeatures(collecting: rule), collecting: rule)
    }
  }

  /// Returns the batches: features `[N, C, T]`, labels `[N, L, T]`, and their masks `[N, T]`.
  ///
  /// - Parameters:
  ///   - part: The part to use; `nil`: all of the data, which the file must not divide.
  ///   - order: The order of the examples in a pass.
  ///   - contract: That of a model, which knows the classes and the transforms; `nil`: none.
  /// - Throws: `RecordError` or `FileError` about the data.
  public func batches(
    _ part: Part? = nil, order: ExampleOrder = .sequential, for contract: DataContract? = nil
  ) throws -> SequenceBatches {
    try read(part) { try $0.dataSets(order: order, contract: contract) }
  }

  /// Returns an iterator over the batches.
  ///
  /// - Parameters:
  ///   - part: The part to use; `nil`: all of the data, which the file must not divide.
  ///   - order: The order of the examples in a pass.
  /// - Throws: `RecordError` or `FileError` about the data.
  public func iterator(
    _ part: Part? = nil, order: ExampleOrder = .sequential
  ) throws -> SequenceDataSetIterator { SequenceDataSetIterator(try batches(part, order: order)) }

  /// Calls `body` with the options that the file describes.
  private func read<Result>(_ part: Part?, _ body: (DataOptions) throws -> Result) throws -> Result {
    do {
      var options = try DataOptions.parse(Array(given.words.dropFirst()))
      switch part {
      case .all?:
        (options.batching.split, options.batching.splitTime, options.batching.fold) = (nil, nil, nil)
        options.batching.part = nil
      case let part?:
        guard options.batching.isDivided else {
          throw ValidationError(
            "there is no part \"\(part.rawValue)\": expected the key \"split\" or \"split-time\", such as \"8,1,1\", found none"
          )
        }
        options.batching.part = PartName(rawValue: part.rawValue)
      case nil:
        guard !options.batching.isDivided || options.batching.part != nil else {
          throw ValidationError(
            "the data is divided into parts: expected the name of one, found none; read .training, .validation, .test or .all"
          )
        }
      }
      return try GivenFlags.$current.withValue(given) { try body(options) }
    } catch let error as ValidationError {
      throw RecordError(.mismatch, path: path, error.message)
    } catch let error as UsageError {
      throw RecordError(.mismatch, path: path, error.problem)
    } catch {
      // The parser's own errors are about values.
      guard DataOptions.exitCode(for: error) == .validationFailure else { throw error }
      throw RecordError(.mismatch, path: path, DataOptions.message(for: error))
    }
  }
}
