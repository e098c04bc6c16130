/// A short video of a shape that goes to and fro, and is hidden behind a wall for a part of the time.
///
/// What shape it is has to be said at every frame: behind the wall that takes memory.
struct ShapeVideo {
  static let side = 32
  static let shapes = ["square", "disc", "cross"]

  /// The shape, as an index into `shapes`.
  let shape: Int
  /// The pictures, `side` x `side` bytes each, one after the other.
  private(set) var frames: [UInt8] = []
  /// The number of frames in which nothing of the shape is seen.
  private(set) var hiddenCount = 0

  /// Draws video `number`: everything about it is drawn from that number.
  init(_ number: Int, frameCount: Int) {
    var random = Random(state: UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    shape = number % Self.shapes.count
    let radius = random.next(in: 3.5...4.5)
    let speed = random.next(in: 0.8...1.4)
    let brightness = random.next(in: 150...250)
    let y = random.next(in: 6...25)
    let wall = 15  // the first column of the wall
    var (x, direction) = (random.next(in: 4...9), 1.0)
    for _ in 0..<frameCount {
      let hidden = x - radius > Double(wall)
      hiddenCount += hidden ? 1 : 0
      for row in 0..<Self.side {
        for column in 0..<Self.side {
          let (right, down) = (Double(column) - x, Double(row) - y)
          let isShape = column < wall && isInside(right / radius, down / radius)
          let light = isShape ? brightness : column < wall ? 40 : 100
          frames.append(UInt8(light + random.next(in: -6...5)))
        }
      }
      x += direction * speed
      if x > 27 || x < 4 { direction = -direction }
    }
  }

  /// Whether the shape of radius 1 covers a point.
  private func isInside(_ x: Double, _ y: Double) -> Bool {
    switch shape {
    case 0: return max(abs(x), abs(y)) <= 0.85
    case 1: return x * x + y * y <= 1
    default: return min(abs(x), abs(y)) <= 0.3 && max(abs(x), abs(y)) <= 1
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
