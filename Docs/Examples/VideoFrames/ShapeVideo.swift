/// A short video of a shape that moves back and forth, and is hidden behind a wall part of the time.
///
/// The network must name the shape in every frame; while the wall hides it, that requires memory.
struct ShapeVideo {
  static let side = 32
  static let shapes = ["beam", "pillar", "cross"]

  /// The shape, as an index into `shapes`.
  let shape: Int
  /// The frames, `side` x `side` bytes each, one after another.
  private(set) var frames: [UInt8] = []
  /// The number of frames in which the shape is completely hidden.
  private(set) var hiddenCount = 0

  /// Draws video `number`, which determines everything about it.
  init(_ number: Int, frameCount: Int) {
    var random = Random(state: UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    shape = number % Self.shapes.count
    let radius = random.next(in: 4...6)
    let brightness = random.next(in: 150...250)
    let wall = 15  // the first column of the wall
    var (x, right) = (random.next(in: 5...8), random.next(in: 0.8...1.4))
    var (y, down) = (random.next(in: 7...24), random.next(in: -0.7...0.7))
    for _ in 0..<frameCount {
      let hidden = x - radius > Double(wall)
      hiddenCount += hidden ? 1 : 0
      for row in 0..<Self.side {
        for column in 0..<Self.side {
          let isShape = column < wall && isInside((Double(column) - x) / radius, (Double(row) - y) / radius)
          let light = isShape ? brightness : column < wall ? 40 : 100
          frames.append(UInt8(light + random.next(in: -4...4)))
        }
      }
      x += right
      y += down
      if x > 28 && right > 0 || x < 5 && right < 0 { right = -right }
      if y > 25 && down > 0 || y < 6 && down < 0 { down = -down }
    }
  }

  /// Returns true if the shape of radius 1 covers a point.
  private func isInside(_ x: Double, _ y: Double) -> Bool {
    switch shape {
    case 0: return abs(x) <= 1 && abs(y) <= 0.35
    case 1: return abs(x) <= 0.35 && abs(y) <= 1
    default: return min(abs(x), abs(y)) <= 0.35 && max(abs(x), abs(y)) <= 1
    }
  }
}

/// Numbers that are the same on every machine (Marsaglia's xorshift64*).
private struct Random {
  var state: UInt64

  mutating func next(in range: ClosedRange<Double>) -> Double {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    let share = Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) / Double(1 << 53)
    return range.lowerBound + share * (range.upperBound - range.lowerBound)
  }
}
