import Timestep

/// Reviews for training, for choosing the best epoch, and for the test.
struct ReviewSets {
  let training: [Review]
  let validation: [Review]
  let test: [Review]

  /// Splits reviews by a seeded permutation: a tenth for validation and, without a test file, a tenth for the
  /// test.
  init(_ options: Options) throws {
    let reviews = try Review.read(options.reviews, source: options.source)
    let order = ExampleOrder.shuffled(seed: options.seed)
    let mixed = order.indices(reviews.indices, of: reviews.count, epoch: 0).map { reviews[$0] }
    let tenth = max(1, reviews.count / 10)
    let held = try options.test.map { try Review.read($0) } ?? Array(mixed.prefix(tenth))
    let rest = options.test == nil ? mixed.dropFirst(tenth) : mixed[...]
    guard rest.count > tenth else {
      throw RecordError(
        .empty, path: options.reviews,
        "there are too few reviews: expected 3 or more to divide, found \(reviews.count); add some")
    }
    (validation, training, test) = (Array(rest.prefix(tenth)), Array(rest.dropFirst(tenth)), held)
  }
}
