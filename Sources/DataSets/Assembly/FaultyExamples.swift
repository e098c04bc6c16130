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
  /// Faults that no policy covers are not among them: the reader that draws the example throws them.
  var decisions: [Int: Ledger.Entry] {
    known.withLock { known in
      if let known { return known }
      let recipe = recipe
      let found = try? WorkerPool.shared.map(rangesOf: recipe.features.count) { range in
        var assembler = try BatchAssembler(recipe)
        return try range.compactMap { index -> (Int, Ledger.Entry)? in
          do {
            return try assembler.decisions(about: index).last.map { (index, $0) }
          } catch {
            // Nothing half-read is reused.
            assembler = try BatchAssembler(recipe)
            return nil
          }
        }
      }
      let decisions = Dictionary(uniqueKeysWithValues: found ?? [])
      known = decisions
      return decisions
    }
  }
}
