import Sequences

/// The source of the labels of a data set.
public enum LabelSource: Sendable {
  /// There are none.
  case none
  /// A separate reader, whose sequences are paired with the features by key.
  case reader(any SequenceRecordReader, LabelEncoding)
  /// Columns of the feature reader, by 0-based index, which are then not features.
  ///
  /// One-hot labels are one column.
  case columns([Int], LabelEncoding)

  /// The encoding; `nil` without labels.
  var encoding: LabelEncoding? {
    switch self {
    case .none: return nil
    case .reader(_, let encoding), .columns(_, let encoding): return encoding
    }
  }
}
