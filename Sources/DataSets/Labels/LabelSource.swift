import Sequences

/// The source of the labels of a data set.
public enum LabelSource: Sendable {
  /// There are none.
  case none
  /// A separate reader, whose sequences are paired with the features by key.
  case reader(any SequenceRecordReader, Encoding)
  /// Columns of the feature reader, by 0-based index, which are then not features.
  ///
  /// Class labels are one column of class indices, or one column for each class.
  case columns([Int], Encoding)

  /// The encoding; `nil` without labels.
  var encoding: Encoding? {
    switch self {
    case .none: return nil
    case .reader(_, let encoding), .columns(_, let encoding): return encoding
    }
  }
}

extension LabelSource {
  /// The encoding of label columns.
  public enum Encoding: Sendable, Hashable {
    /// One column of class indices becomes one column per class; reports call the classes by these names.
    ///
    /// A column for each class, with a single 1 in every row, is read as well.
    case oneHot(names: [String])
    /// Label columns are used unchanged, for regression.
    case values
    /// Each label column is 1 where its class is present, and 0 where it is not; several or none may be.
    case multiLabel

    /// Returns the encoding of classes that are named by their indices, 0 to `classes` - 1.
    public static func oneHot(classes: Int) -> Encoding {
      precondition(classes > 0, "at least one class")
      return .oneHot(names: (0..<classes).map(String.init))
    }
  }
}
