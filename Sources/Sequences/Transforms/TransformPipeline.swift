/// A list of transforms, applied one after another.
///
/// ```swift
/// let pipeline = TransformPipeline(FillMissing(.linear), Logarithm(columns: ["load"]), Difference())
/// let reader = try csv.transformed(by: pipeline)
/// ```
/// `Codable`: it is saved with the model, and decoded by the kinds of its transforms.
public struct TransformPipeline: Sendable {
  /// The transforms in order of application.
  public var transforms: [any SequenceTransform]

  /// Makes a pipeline of transforms.
  public init(_ transforms: any SequenceTransform...) { self.transforms = transforms }

  /// Makes a pipeline from a list of transforms.
  public init(_ transforms: [any SequenceTransform]) { self.transforms = transforms }

  /// A description of every transform.
  public var summary: String { transforms.map(\.summary).joined(separator: "; ") }

  /// True if every transform has the numbers that it needs.
  public var isFitted: Bool {
    transforms.allSatisfy { ($0 as? any FittedSequenceTransform)?.isFitted ?? true }
  }

  /// True if one of the transforms fills missing values.
  package var fillsMissing: Bool { transforms.contains { $0 is FillMissing } }

  /// The same transforms before they were fitted.
  package var unfitted: TransformPipeline {
    TransformPipeline(
      transforms.map { transform in
        func unfitted(_ transform: some FittedSequenceTransform) -> any SequenceTransform {
          transform.unfitted
        }
        return (transform as? any FittedSequenceTransform).map { unfitted($0) } ?? transform
      })
  }

  /// The same transforms for data without labels.
  package var withoutLabels: TransformPipeline {
    TransformPipeline(
      transforms.map { transform in
        func withoutLabels(_ merging: some RowMerging) -> any SequenceTransform {
          var merging = merging
          merging.labelColumns = nil
          return merging
        }
        return (transform as? any RowMerging).map { withoutLabels($0) } ?? transform
      })
  }

  /// The sequences that any of the transforms was fitted on, as they are before all transforms.
  public var lineage: Lineage {
    transforms.reduce(Lineage()) { $0.merging(($1 as? any FittedSequenceTransform)?.lineage ?? Lineage()) }
  }

  /// Returns the column names before each transform, followed by those after all.
  ///
  /// - Throws: `TransformFault` about a column that does not exist.
  public func stages(_ columns: [String]) throws -> [[String]] {
    var stages = [columns]
    for transform in transforms { stages.append(try transform.outputColumns(stages[stages.count - 1])) }
    return stages
  }

  /// Returns the transforms as they are applied to sequences in which some columns hold class indices.
  ///
  /// - Parameters:
  ///   - classes: The classes of these columns, by the columns' names.
  ///   - columns: The names of all columns.
  /// - Throws: `TransformFault` if a transform would compute with class indices as if they were quantities.
  func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> TransformPipeline {
    var (classes, columns) = (classes, columns)
    var result = TransformPipeline([])
    for (place, transform) in transforms.enumerated() {
      // Numbers that become columns of classes further on are no quantities either.
      let indices = transforms[(place + 1)...].flatMap { ($0 as? OneHotColumns)?.columns ?? [] }
      try transform.checkQuantities(besides: indices.filter { classes[$0] == nil }, classes, columns)
      result.transforms.append(try transform.adapted(to: classes, among: columns))
      classes = try transform.outputClasses(classes, columns: columns)
      columns = try transform.outputColumns(columns)
    }
    return result
  }

  /// Returns the classes of the columns that hold class indices after all transforms, by the columns' names.
  ///
  /// - Parameters:
  ///   - encodings: The encodings of the columns before the transforms.
  ///   - columns: The names of these columns.
  package func outputClasses(
    _ encodings: [String: ColumnEncoding], columns: [String]
  ) throws -> [String: Vocabulary] {
    var (classes, columns): ([String: Vocabulary], [String]) = ([:], columns)
    for name in columns {
      if case .category(let vocabulary) = encodings[name] { classes[name] = vocabulary }
    }
    for transform in transforms where !classes.isEmpty {
      classes = try transform.outputClasses(classes, columns: columns)
      columns = try transform.outputColumns(columns)
    }
    return classes
  }

  /// The transforms of whole sequences, and those of windows that are cut from them: the first transform that looks
  /// only inside the window, and all after it; `nil` if there are none.
  package var dividedAtWindows: (ofSequences: TransformPipeline?, ofWindows: TransformPipeline?) {
    let first = transforms.firstIndex { ($0 as? FillMissing)?.within == .window } ?? transforms.count
    func part(_ transforms: ArraySlice<any SequenceTransform>) -> TransformPipeline? {
      transforms.isEmpty ? nil : TransformPipeline(Array(transforms))
    }
    return (part(transforms[..<first]), part(transforms[first...]))
  }

  /// Returns, for each transform and every column that it makes, the column before it that the value comes from; `nil`: none.
  ///
  /// - Parameter stages: The column names before each transform, followed by those after all.
  func origins(_ stages: [[String]]) -> [[Int?]] {
    zip(transforms, stages.indices).map { transform, stage in
      stages[stage + 1].indices.map { transform.sourceColumn(of: $0, columns: stages[stage]) }
    }
  }

  /// Returns the original column, among `columns`, that column `column` is computed from after all
  /// transforms; the first if there are several.
  package func sourceColumn(of column: Int, columns: [String]) throws -> Int {
    zip(transforms, try stages(columns)).reversed().reduce(column) { column, stage in
      let (transform, names) = stage
      return transform.sourceColumn(of: column, columns: names) ?? min(column, names.count - 1)
    }
  }
}

extension TransformPipeline: CustomStringConvertible {
  /// The summary, which is the same in every process, so that signatures may contain it.
  public var description: String { summary }
}

extension TransformPipeline: Hashable {
  /// Returns true if the transforms are the same, in the same order.
  public static func == (a: TransformPipeline, b: TransformPipeline) -> Bool {
    a.transforms.count == b.transforms.count
      && zip(a.transforms, b.transforms).allSatisfy { $0.isEqual(to: $1) }
  }

  /// Hashes the transforms.
  public func hash(into hasher: inout Hasher) {
    for transform in transforms { transform.hash(into: &hasher) }
  }
}
