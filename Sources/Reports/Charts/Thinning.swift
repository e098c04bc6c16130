/// Reduces many points to those that can be seen: a hundred thousand make the same picture as two thousand of
/// them.
///
/// Of the points in one column of pixels, the first, lowest, highest and last are kept (M4: Jugel and others,
/// "M4: A Visualization-Oriented Time Series Data Aggregation", *VLDB* 2014), so that no extreme is lost and
/// a line through them covers the same pixels. A point that is not a number is a gap; between two kept
/// points, one of the gaps there is kept.
struct Thinning: Sendable {
  /// The indices of the remaining points, increasing.
  let indices: [Int]

  /// Thins points.
  ///
  /// - Parameters:
  ///   - points: The points, with finite, non-decreasing x.
  ///   - columns: The number of columns of pixels that the points are sorted into.
  ///   - isDrawn: Returns true if a point is drawn; a point that is not is a gap.
  init(_ points: [LineChart.Point], columns: Int, isDrawn: (LineChart.Point) -> Bool) {
    guard points.count > 4 * columns, let first = points.first?.x, let last = points.last?.x, last > first
    else {
      indices = Array(points.indices)
      return
    }
    let perColumn = Double(columns) / (last - first)
    var kept: [Int] = []
    var gap: Int?  // a gap after the last kept point, or nil
    var start = 0
    while start < points.count {
      let column = min(columns - 1, Int((points[start].x - first) * perColumn))
      var end = start + 1
      while end < points.count, min(columns - 1, Int((points[end].x - first) * perColumn)) == column {
        end += 1
      }
      let chosen = Self.chosen(points, start..<end, isDrawn)
      var next = 0
      for index in start..<end {
        if !isDrawn(points[index]) {
          gap = gap ?? index
        } else if next < chosen.count, chosen[next] == index {
          if let between = gap { kept.append(between) }
          kept.append(index)
          (gap, next) = (nil, next + 1)
        }
      }
      start = end
    }
    if let gap { kept.append(gap) }
    indices = kept
  }

  /// Returns the first, lowest, highest and last of the drawn points, in increasing order without duplicates.
  private static func chosen(
    _ points: [LineChart.Point], _ range: Range<Int>, _ isDrawn: (LineChart.Point) -> Bool
  ) -> [Int] {
    var found: (first: Int, lowest: Int, highest: Int, last: Int)?  // nil until a drawn point was found
    for index in range where isDrawn(points[index]) {
      guard var four = found else {
        found = (index, index, index, index)
        continue
      }
      if points[index].y < points[four.lowest].y { four.lowest = index }
      if points[index].y > points[four.highest].y { four.highest = index }
      four.last = index
      found = four
    }
    guard let four = found else { return [] }
    return Set([four.first, four.lowest, four.highest, four.last]).sorted()
  }
}
