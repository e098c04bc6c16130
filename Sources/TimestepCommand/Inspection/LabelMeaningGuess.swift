import Platform
import Sequences
import Timestep

/// The meaning of labels, guessed from their texts.
struct LabelMeaningGuess {
  /// A reading: the flags that say it, and its name.
  struct Reading {
    let flags: [SuggestedFlag]
    let name: String
  }

  /// The readings, the likeliest first.
  let readings: [Reading]
  /// The classes in order with their counts; empty if the likeliest reading is numbers.
  let classes: [(name: String, count: Int)]
  /// What cannot be expressed in flags; `nil`: nothing.
  let problem: String?

  /// The most classes of whole numbers that are not doubted, and the most at all.
  private static let limits = (certain: 20, possible: 100)

  /// Guesses the meaning of labels.
  ///
  /// - Parameters:
  ///   - values: The distinct texts with their counts.
  ///   - areCollected: True if the reader collects texts as classes without a flag.
  ///   - dialect: The notation of numbers.
  init(_ values: [String: Int], areCollected: Bool, _ dialect: Dialect) {
    let numbers = values.keys.map {
      CellKind.number($0, decimal: dialect.decimal, thousands: dialect.thousands)
    }
    let total = values.values.reduce(0, +)
    let regression = Reading(
      flags: [SuggestedFlag("regression", because: "the labels are numbers to predict")], name: "numbers")
    let areNumbers = !values.isEmpty && numbers.allSatisfy { $0 != nil }
    let known = numbers.compactMap { $0 }
    let areWhole = areNumbers && known.allSatisfy { $0 == $0.rounded() && $0.magnitude < 1e6 }
    if areNumbers, !areWhole || values.count > Self.limits.possible {
      (readings, classes, problem) = ([regression], [], nil)
      return
    }
    let sorted = values.sorted { one, other in
      guard areNumbers, let first = Double(one.key), let second = Double(other.key) else {
        return naturallyPrecedes(one.key, other.key)
      }
      return first < second
    }
    classes = sorted.map { (name: $0.key, count: $0.value) }
    let list = "\(pluralized(values.count, "class", "classes")) found"
    var flags: [SuggestedFlag] = []
    var hidden: String?
    if !areCollected {
      let (least, greatest) = (known.min() ?? 0, known.max() ?? 0)
      let areNumbered =
        areWhole && least >= 0 && Int(greatest) < 2 * values.count && sorted.allSatisfy { Int($0.key) != nil }
      if areNumbered, least == 0 {
        flags = [
          SuggestedFlag(
            "classes", "\(Int(greatest) + 1)",
            because: "the labels are whole numbers from 0 to \(Int(greatest))")
        ]
      } else if sorted.contains(where: { $0.key.contains(",") }) {
        hidden = "the names of the classes contain commas, which --label-categories cannot list; rename them"
      } else {
        flags = [
          SuggestedFlag("label-categories", sorted.map(\.key).joined(separator: ","), because: list)
        ]
      }
    }
    problem = hidden
    let asClasses = Reading(flags: flags, name: "classes")
    // Whole numbers of which each occurs once are rather quantities.
    let areQuantities = areWhole && values.count > 4 && values.count * 2 > total
    let isDoubtful = areWhole && (values.count > Self.limits.certain || areQuantities)
    readings = areQuantities ? [regression, asClasses] : isDoubtful ? [asClasses, regression] : [asClasses]
  }
}
