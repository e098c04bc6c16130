/// The first difference between the journals of two runs: the batch or score that differs, and why.
///
/// ```swift
/// let comparison = try JournalComparison("a.jsonl", "b.jsonl")
/// print(comparison.areEqual, comparison)
/// ```
package struct JournalComparison: Sendable, Hashable, CustomStringConvertible {
  /// True if the runs trained on the same pieces with the same scores.
  package let areEqual: Bool
  /// The finding, in one or more lines.
  package let description: String

  /// Compares the journals at two paths.
  ///
  /// - Throws: `FileError` if one cannot be read, or a line of it is damaged, naming the line.
  package init(_ first: String, _ second: String) throws {
    self.init(try JournalFile(first).entries, try JournalFile(second).entries)
  }

  init(_ first: [JournalEntry], _ second: [JournalEntry]) {
    for (one, other) in zip(first, second) where !one.isSame(as: other) {
      areEqual = false
      description = Self.difference(one, other, first, second)
      return
    }
    areEqual = first.count == second.count
    if areEqual {
      description = "identical: \(first.count) pieces, the same data and the same scores"
      return
    }
    let (name, shorter, longer) =
      first.count < second.count ? ("run 1", first, second) : ("run 2", second, first)
    description =
      "\(name) is shorter: it ends after \(shorter.last?.location ?? "nothing"), equal so far; the other continues with "
      + longer[shorter.count].location
  }

  private static func difference(
    _ one: JournalEntry, _ other: JournalEntry, _ first: [JournalEntry], _ second: [JournalEntry]
  ) -> String {
    let location = "update \(one.iteration) (\(one.location))"
    if one.location != other.location || one.iteration != other.iteration {
      return
        "\(location): run 2 is at update \(other.iteration) (\(other.location)) instead: batches are cut differently, or "
        + "their number differs"
    }
    if one.sources != other.sources {
      return "\(location): " + sourceDifference(one, other, first, second)
    }
    if one.fingerprint != other.fingerprint {
      return
        "\(location): the same examples with other numbers (\(one.fingerprint), \(other.fingerprint)): files, columns, "
        + "labels, normalization, alignment or padding differ"
    }
    func text(_ score: Double?) -> String { score.map { "\($0)" } ?? "none" }
    if one.score == other.score, let rate = one.learningRate, let otherRate = other.learningRate {
      return "\(location): the same batch and score, but a learning rate of \(rate) and \(otherRate)"
    }
    return
      "\(location): the same batch, but a score of \(text(one.score)) and \(text(other.score)): parameters or kernels "
      + "differ"
  }

  private static func sourceDifference(
    _ one: JournalEntry, _ other: JournalEntry, _ first: [JournalEntry], _ second: [JournalEntry]
  ) -> String {
    if one.sources.sorted() == other.sources.sorted() {
      return "the same examples in another order within the batch"
    }
    let only1 = one.sources.filter { !other.sources.contains($0) }
    let only2 = other.sources.filter { !one.sources.contains($0) }
    let all1 = Set(first.flatMap(\.sources))
    let all2 = Set(second.flatMap(\.sources))
    var lines = [
      only1.allSatisfy(all2.contains) && only2.allSatisfy(all1.contains)
        ? "another order of the data: the same examples, elsewhere"
        : "other examples in the batch"
    ]
    for (name, sources, theirs) in [("run 1", only1, second), ("run 2", only2, first)] {
      for source in sources {
        let elsewhere = theirs.first { $0.sources.contains(source) }
        let otherName = name == "run 1" ? "run 2" : "run 1"
        lines.append(
          "  \(name) has \(source), which \(otherName) has "
            + (elsewhere.map { "in \($0.location)" } ?? "nowhere"))
      }
    }
    return lines.joined(separator: "\n")
  }
}
