/// The encoding of label columns.
public enum LabelEncoding: Sendable, Hashable {
  /// One column of class indices becomes one column per class; reports call the classes by these names.
  case oneHot(names: [String])
  /// Label columns are used unchanged, for regression.
  case values

  /// Returns the encoding of classes that are named by their indices, 0 to `classes` - 1.
  public static func oneHot(classes: Int) -> LabelEncoding {
    precondition(classes > 0, "at least one class")
    return .oneHot(names: (0..<classes).map(String.init))
  }
}
