/// What becomes of label columns.
public enum LabelEncoding: Sendable, Hashable {
  /// One column of class indices becomes one column a class; the names are what reports call the classes.
  case oneHot(names: [String])
  /// Label columns are taken as they are: regression.
  case values

  /// Classes that are called by their numbers, 0 to `classes` - 1.
  public static func oneHot(classes: Int) -> LabelEncoding {
    precondition(classes > 0, "at least one class")
    return .oneHot(names: (0..<classes).map(String.init))
  }
}
