import DataSets
import FoundationEssentials

/// Restores an iterator to each of its states, and checks everything that follows.
func checkResuming<Batches: ResumableDataSetIterator>(
  _ iterator: Batches, _ epochs: [[DataSet]], _ report: inout ConformanceReport
) throws {
  var iterator = iterator
  var states: [[Data]] = []
  for (epoch, batches) in epochs.enumerated() {
    try iterator.begin(epoch: epoch)
    states.append([])
    for index in 0...batches.count {
      states[epoch].append(try json(iterator.state))
      guard try json(iterator.state) == states[epoch][index] else {
        throw ConformanceError(
          at: location(epoch, index), "asking for the state changes nothing",
          found: "the second time it is another")
      }
      _ = try iterator.next()
    }
  }
  // From the end back to the beginning, three times each, with the iterator at a different position every
  // time.
  for (epoch, batches) in epochs.enumerated().reversed() {
    for index in (0...batches.count).reversed() {
      for round in 0..<3 {
        try moveElsewhere(&iterator, from: epoch, round: round)
        try checkRestoring(&iterator, states[epoch][index], epoch: epoch, index: index, batches)
      }
    }
  }
  try checkBorder(&iterator, states, epochs)
  report.add("asking for the state changes nothing")
  report.add("the state after a restore is the one that was given, as JSON")
  report.add("a restored iterator gives the rest of the pass, and ends")
  report.add("a restored iterator begins the next pass as any other")
}

private func checkRestoring<Batches: ResumableDataSetIterator>(
  _ iterator: inout Batches, _ state: Data, epoch: Int, index: Int, _ batches: [DataSet]
) throws {
  try iterator.restore(try JSONDecoder().decode(Batches.State.self, from: state))
  let now = try json(iterator.state)
  guard now == state else {
    throw ConformanceError(
      at: location(epoch, index), "the state after a restore is the one that was given",
      found: "it was \(text(state)) and is now \(text(now))")
  }
  var rest: [DataSet] = []
  while let batch = try iterator.next() { rest.append(batch) }
  let promise = "restored before batch \(index), an iterator gives the rest of the pass"
  try check(rest, from: index, epoch: epoch, promise, against: batches)
  guard try iterator.next() == nil else {
    throw ConformanceError(
      at: location(epoch, batches.count), promise, found: "a further batch comes after its end")
  }
}

/// Leaves the iterator at the start of another epoch, inside this one, or at the end of another.
private func moveElsewhere(_ iterator: inout some DataSetIterator, from epoch: Int, round: Int) throws {
  switch round {
  case 0: try iterator.begin(epoch: epoch + 3)
  case 1:
    try iterator.begin(epoch: epoch)
    _ = try iterator.next()
  default:
    try iterator.begin(epoch: 1 - epoch)
    while try iterator.next() != nil {}
  }
}

/// Checks that a restored iterator begins the next epoch like any other.
private func checkBorder<Batches: ResumableDataSetIterator>(
  _ iterator: inout Batches, _ states: [[Data]], _ epochs: [[DataSet]]
) throws {
  let promise = "a restored iterator begins the next pass as any other"
  for index in [epochs[0].count, 0] {
    try iterator.restore(try JSONDecoder().decode(Batches.State.self, from: states[0][index]))
    try iterator.begin(epoch: 1)
    let now = try json(iterator.state)
    guard now == states[1][0] else {
      throw ConformanceError(
        at: location(1, 0), promise, found: "its state was \(text(states[1][0])) and is now \(text(now))")
    }
    var batches: [DataSet] = []
    while let batch = try iterator.next() { batches.append(batch) }
    try check(batches, epoch: 1, promise, against: epochs[1])
  }
}

/// Encodes a state as JSON with sorted keys: equal states give equal bytes.
private func json(_ state: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  return try encoder.encode(state)
}

private func text(_ json: Data) -> String { String(decoding: json, as: UTF8.self) }

private func location(_ epoch: Int, _ index: Int) -> String { "epoch \(epoch), before batch \(index)" }
