/// The data that a training evaluates on, as flags name it.
struct HeldOut {
  let name: PartName
  let features: String?
  let labels: String?
  /// The directory that `convert` wrote.
  let batches: String?

  /// True if the flags name any.
  var isGiven: Bool { features != nil || batches != nil }

  /// The flag that names it.
  var flag: String { "--\(name.rawValue)-\(batches == nil ? "features" : "batches")" }
}
