import Sequences

/// Where the labels of a data set come from.
public enum LabelSource: Sendable {
  /// There are none.
  case none
  /// A reader of their own, whose sequences pair with the features' by key.
  case reader(any SequenceRecordReader, LabelEncoding)
  /// Columns of the features' reader, by 0-based index; they are then no features. One-hot labels are one
  /// column.
  case columns([Int], LabelEncoding)

  /// The encoding; `nil` without labels.
  var encoding: LabelEncoding? {
    switch self {
    case .none: return nil
    case .reader(_, let encoding), .columns(_, let encoding): return encoding
    }
  }
}
