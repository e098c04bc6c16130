import Timestep

/// Work that is repeated and timed.
protocol Workload {
  /// Does it once.
  ///
  /// - Returns: A number that shows what was done, such as the count of present steps: all sides must agree on it.
  mutating func run() throws -> Int
}

/// Warms up, says so with `{"ready": true}`, then prints a sample, `{"seconds": ..., "check": ...}`, for every repetition asked for.
///
/// Work that takes less than a tenth of a second is repeated many times per sample; `seconds` is for one.
func serve(_ workload: some Workload, _ arguments: Arguments) throws {
  var workload = workload
  // The first time is slower than all others: files are not cached, threads and buffers do not exist yet.
  _ = try workload.run()
  var (count, took) = (1, try seconds(of: 1, &workload).seconds)
  while took < 0.1 {
    count = max(count * 2, Int(Double(count) * 0.15 / max(took, 1e-9)))
    took = try seconds(of: count, &workload).seconds
  }
  try StandardStream.output.writeResult("{\"ready\": true}\n")
  func sample() throws {
    let (took, check) = try seconds(of: count, &workload)
    try StandardStream.output.writeResult("{\"seconds\": \(took / Double(count)), \"check\": \(check)}\n")
  }
  if arguments.has("repetitions") {
    for _ in 0..<(try arguments.number("repetitions", default: 1)) { try sample() }
  } else {
    while readLine() != nil { try sample() }
  }
}

private func seconds(of count: Int, _ workload: inout some Workload) throws -> (seconds: Double, check: Int) {
  let start = monotonicNanoseconds()
  var check = 0
  for _ in 0..<count { check = try workload.run() }
  return (Double(monotonicNanoseconds() - start) / 1e9, check)
}
