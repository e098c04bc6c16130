// Parts and folds that keep the examples of a group together.
extension Partition {
  /// Returns the name of the part of every example: examples with the same text in `groups` are in one part.
  ///
  /// Groups are taken in the order of hashes of their texts, each by the part that lacks the most examples then, so that
  /// shares are as near to the weights as groups of their sizes permit. The last groups go to parts that have none, as long
  /// as there are groups.
  package func parts(ofGroups groups: [String]) -> [String] {
    let sizes = groups.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    let total = weights.reduce(0, +)
    var short = weights.map { Double(groups.count) * $0 / total }
    var parts: [String: String] = [:]
    let order = sizes.keys.map { (hash($0), $0) }.sorted(by: <).map(\.1)
    var empty = Set(weights.indices.filter { weights[$0] > 0 })
    for (place, group) in order.enumerated() {
      // Groups are few where this matters.
      let isScarce = order.count - place <= empty.count
      let open = weights.indices.filter { isScarce ? empty.contains($0) : weights[$0] > 0 }
      let part = open.max { (short[$0], $1) < (short[$1], $0) } ?? 0
      empty.remove(part)
      short[part] -= Double(sizes[group] ?? 0)
      parts[group] = names[part]
    }
    return groups.map { parts[$0] ?? names[0] }
  }

  /// Returns the fold of every example, below `count`: examples of a group are in one fold, and folds are as equal as groups
  /// of their sizes permit.
  ///
  /// The largest groups come first, each into the fold with the fewest examples. (scikit-learn: `GroupKFold`)
  package static func folds(ofGroups groups: [String], count: Int) -> [Int] {
    let sizes = groups.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    var filled = [Int](repeating: 0, count: count)
    var folds: [String: Int] = [:]
    // Of groups of one size, the last name first.
    for (size, group) in sizes.map({ ($0.value, $0.key) }).sorted(by: >) {
      let fold = filled.indices.reduce(0) { filled[$1] < filled[$0] ? $1 : $0 }
      filled[fold] += size
      folds[group] = fold
    }
    return groups.map { folds[$0] ?? 0 }
  }
}
