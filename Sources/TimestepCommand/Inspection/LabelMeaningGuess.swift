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
  private(set) var readings: [Reading]
  /// The classes in order with their counts; empty if the likeliest reading is numbers.
  private(set) var classes: [(name: String, count: Int)]
  /// What cannot be expressed in flags; `nil`: nothing.
  private(set) var problem: String?

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

  /// Guesses the meaning of labels in files of their own: of their only column, or of all of them.
  init(_ columns: [ColumnSurvey], rows: [[String]], _ dialect: Dialect) {
    self.init(columns.first?.values ?? [:], areCollected: false, dialect)
    guard columns.count > 1 else { return }
    let regression = Reading(
      flags: [SuggestedFlag("regression", because: "the labels are numbers to predict")], name: "numbers")
    (readings, classes, problem) = ([regression], [], nil)
    let numbers = rows.map { row in
      row.map { CellKind.number($0, decimal: dialect.decimal, thousands: dialect.thousands) }
    }.filter { row in row.contains { $0 != nil } }
    guard !numbers.isEmpty, numbers.allSatisfy({ row in row.allSatisfy { $0 == 0 || $0 == 1 } }) else {
      return
    }
    if numbers.allSatisfy({ row in row.count { $0 == 1 } == 1 }) {
      let reason = "every row has a single 1 in \(columns.count) columns: they are one-hot"
      let flags = [SuggestedFlag("classes", "\(columns.count)", because: reason)]
      readings = [Reading(flags: flags, name: "one-hot classes")]
      classes = columns.map { column in
        (name: column.name, count: numbers.count { $0[column.position] == 1 })
      }
    } else {
      let flags = [
        SuggestedFlag("multi-label", because: "every column is 0 or 1, and a row can have several 1")
      ]
      readings = [Reading(flags: flags, name: "several classes at a time"), regression]
    }
  }
}
