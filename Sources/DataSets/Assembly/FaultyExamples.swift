import Platform
import Sequences
import Synchronization

/// The examples that a policy finds at fault: all data is read once, in parallel, when they are first asked for.
final class FaultyExamples: Sendable {
  private let recipe: BatchRecipe
  private let known = Mutex<[Int: Ledger.Entry]?>(nil)

  init(_ recipe: BatchRecipe) { self.recipe = recipe }

  /// The last decision about every faulty example, by its index.
  ///
  /// Faults in the data that no policy covers are not among them: the reader that draws the example throws them.
  ///
  /// - Throws: Any error that is not about the data, such as that of a file that cannot be opened; `Interruption.Signal`.
  func decisions() throws -> [Int: Ledger.Entry] {
    try known.withLock { known in
      if let known { return known }
      let recipe = recipe
      let found = try WorkerPool.shared.map(rangesOf: recipe.features.count) { range in
        var assembler = try BatchAssembler(recipe)
        return try range.compactMap { index -> (Int, Ledger.Entry)? in
          try Interruption.check()
          do {
            return try assembler.decisions(about: index).last.map { (index, $0) }
          } catch is RecordError {
            // Nothing half-read is reused.
            assembler = try BatchAssembler(recipe)
            return nil
          }
        }
      }
      let decisions = Dictionary(uniqueKeysWithValues: found)
      known = decisions
      return decisions
    }
  }
}
