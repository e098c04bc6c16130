/// Finds the bucket edges with the least padding, if every example is padded to the edge of its bucket.
///
/// Exact, by dynamic programming over the distinct lengths: with at most `count` buckets, the padding of
/// lengths i...j in one bucket is (their number) x (length j) - (their sum), and the beginning of the best
/// last bucket only moves forwards as the lengths grow (the quadrangle inequality, F. F. Yao 1980), so each
/// further bucket costs O(K log K) for K distinct lengths.
///
/// ```swift
/// optimalBucketEdges(for: SequenceLengths([3, 3, 4, 9, 10]), count: 2)   // [4, 10]
/// ```
/// - Parameters:
///   - lengths: The lengths of all examples.
///   - count: The largest number of buckets, 1 or more.
/// - Returns: The edges, ascending; the last one is the greatest length. There are fewer than `count` if
///   fewer give the same padding.
package func optimalBucketEdges(for lengths: SequenceLengths, count: Int) -> [Int] {
  precondition(count > 0, "\(count) buckets")
  var numbers: [Int: Int] = [:]
  for length in lengths.steps where length > 0 { numbers[Int(length), default: 0] += 1 }
  let values = numbers.keys.sorted()
  guard !values.isEmpty else { return [] }
  // The cumulative numbers of examples, and of steps, before each length.
  var examples = [0]
  var steps = [0]
  for value in values {
    examples.append(examples[examples.count - 1] + (numbers[value] ?? 0))
    steps.append(steps[steps.count - 1] + (numbers[value] ?? 0) * value)
  }
  func padding(_ first: Int, _ last: Int) -> Int {
    (examples[last + 1] - examples[first]) * values[last] - (steps[last + 1] - steps[first])
  }
  // best[j]: the least padding of lengths 0...j; begins[b][j]: the beginning of the last of b + 1 buckets in
  // that case.
  var best = values.indices.map { padding(0, $0) }
  var begins = [[Int](repeating: 0, count: values.count)]
  while begins.count < count, best[values.count - 1] > 0 {
    var next = best
    var starts = begins[begins.count - 1]
    var ranges = [(lasts: 0..<values.count, firsts: 0...values.count - 1)]
    while let (lasts, firsts) = ranges.popLast() {
      if lasts.isEmpty { continue }
      let last = lasts.lowerBound + lasts.count / 2
      var least = (padding: padding(0, last), first: 0)
      for first in max(1, firsts.lowerBound)...max(1, min(last, firsts.upperBound)) where first <= last {
        let sum = best[first - 1] + padding(first, last)
        if sum < least.padding { least = (sum, first) }
      }
      (next[last], starts[last]) = (least.padding, least.first)
      ranges.append((lasts.lowerBound..<last, firsts.lowerBound...max(firsts.lowerBound, least.first)))
      ranges.append((last + 1..<lasts.upperBound, least.first...max(firsts.upperBound, least.first)))
    }
    if next[values.count - 1] >= best[values.count - 1] { break }
    best = next
    begins.append(starts)
  }
  var edges: [Int] = []
  var last = values.count - 1
  for starts in begins.reversed() where last >= 0 {
    edges.append(values[last])
    last = starts[last] - 1
  }
  return edges.reversed()
}
