import Sequences
import Timestep

/// The transforms of a model, for rows that arrive one by one.
struct RowTransforms: Sendable {
  /// The columns of an input row: those of the files that the model was trained on, without labels.
  let inputColumns: [String]
  /// True if missing values are filled.
  let fills: Bool
  private var stream: TransformStream
  /// The index of each input column among all columns of the files.
  private let places: [Int]
  /// The indices of the model's columns in the output of the transforms.
  private let outputs: [Int]
  private let summary: String

  /// Makes the transforms; `nil` for a model without transforms.
  ///
  /// - Throws: `TensorFileError` about a transform that cannot be applied row by row.
  init?(_ contract: DataContract?, _ model: String) throws {
    guard let contract, let pipeline = contract.transforms else { return nil }
    func refusal(_ problem: String) -> TensorFileError {
      TensorFileError(path: model, problem: "cannot predict row by row: \(problem)")
    }
    guard let source = contract.source else {
      throw refusal(
        "it does not say which columns its features had before they were transformed (\(pipeline.summary)); train it again"
      )
    }
    do {
      stream = try TransformStream(pipeline, columns: source.columns)
    } catch let fault as TransformFault {
      throw refusal(
        "\(fault); predict whole files, which \"timestep predict\" takes by --features, or train without it")
    }
    let columns = stream.columns
    outputs = try contract.columns.map { name in
      guard let place = columns.firstIndex(of: name) else {
        throw refusal("its transforms give no column \"\(name)\"; it is damaged")
      }
      return place
    }
    places = source.columns.indices.filter { !source.labels.contains(source.columns[$0]) }
    inputColumns = places.map { source.columns[$0] }
    if inputColumns.isEmpty { throw refusal("all of its columns are labels; it is damaged") }
    fills = pipeline.fillsMissing
    summary = pipeline.summary
  }

  /// Begins a new series.
  mutating func begin() { stream.begin() }

  /// Returns the model's features for an input row; `nil` if the row is left out.
  ///
  /// - Parameters:
  ///   - row: The values of the input columns.
  ///   - times: The exact timestamps of the row, by input column.
  /// - Throws: `TransformFault` about a value that a transform cannot take, or that is still missing.
  mutating func features(of row: [Float], times: RowTimes?) throws -> [Float]? {
    // Labels are unknown: the values computed from them are ignored.
    var whole = [Float](repeating: .nan, count: stream.inputColumns.count)
    for (place, value) in zip(places, row) { whole[place] = value }
    let wholeTimes = times.map { times in
      RowTimes(columns: Dictionary(uniqueKeysWithValues: times.columns.map { (places[$0.key], $0.value) }))
    }
    guard let made = try stream.next(whole, times: wholeTimes) else { return nil }
    let features = outputs.map { made[$0] }
    for (place, value) in zip(outputs, features) where !value.isFinite {
      throw TransformFault(
        value.isNaN ? .missingValue : .notFinite,
        "column \"\(escapedText(stream.columns[place].utf8))\" is not a finite number after the transforms (\(summary)): expected "
          + "one, found \(value); correct the row")
    }
    return features
  }
}
