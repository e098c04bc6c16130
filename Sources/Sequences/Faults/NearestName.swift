import Platform

/// Returns the name in `known` that `name` was most likely meant to be, or `nil` if none is close.
///
/// A name is close if at most two letters, or a third of the longer name, but not all of it, are inserted, deleted, replaced
/// or swapped with their neighbour (Damerau 1964), or if it alone begins with `name`.
package func nearestName(to name: String, among known: some Sequence<String>) -> String? {
  let best = known.map { (name: $0, distance: distance(Array(name.lowercased()), Array($0.lowercased()))) }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
  if let best, best.distance <= max(2, max(name.count, best.name.count) / 3),
    best.distance < max(name.count, best.name.count)
  {
    return best.name
  }
  let longer = known.filter { name.count > 2 && $0.lowercased().hasPrefix(name.lowercased()) }
  return longer.count == 1 ? longer.first : nil
}

/// Returns `; did you mean "NAME"?`, or nothing if no known name is close.
package func suggestion(for name: String, among known: some Sequence<String>) -> String {
  nearestName(to: name, among: known).flatMap { $0 == name ? nil : $0 }.map {
    "; did you mean \"\(escapedText($0.utf8))\"?"
  } ?? ""
}

private func distance(_ first: [Character], _ second: [Character]) -> Int {
  var rows = [Array(0...second.count)]
  for i in first.indices {
    var row = [i + 1]
    for j in second.indices {
      var least = min(rows[i][j] + (first[i] == second[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        least = min(least, rows[i - 1][j - 1] + 1)
      }
      row.append(least)
    }
    rows.append(row)
  }
  return rows[first.count][second.count]
}
