import DataSets
import Synchronization
import Tensors

/// The promises of iterators that a `BrokenIterator` can break.
enum IteratorFault: CaseIterable {
  case empty, stays, repeats, fewer, count, countLeft
  case stateChanges, restoredState, prefetched, epoch, end, border
}

/// An iterator of three batches that breaks at most one promise.
struct BrokenIterator: ResumableDataSetIterator, CountedDataSetIterator {
  struct State: Codable, Sendable {
    var epoch: Int
    var batchIndex: Int
    var note: Int
  }
  let fault: IteratorFault?
  private var epoch = 0
  private var batchIndex = 0
  private var orderEpoch = 0
  private var forgotten = 0
  private var beginCount = 0
  private var endCount = 0
  private var isRestored = false
  private var prefetched: DataSet?
  private let notes = Notes()

  init(_ fault: IteratorFault?) { self.fault = fault }

  var batchCount: Int { fault == .count ? 2 : fault == .countLeft ? 3 - batchIndex : 3 }

  mutating func begin(epoch: Int) {
    (self.epoch, orderEpoch) = (epoch, epoch)
    if !(fault == .border && isRestored) { batchIndex = 0 }
    (forgotten, endCount, isRestored, prefetched) = (0, 0, false, nil)
    beginCount += 1
  }

  mutating func next() -> DataSet? {
    let wasRestored = isRestored
    isRestored = false
    if fault == .empty { return nil }
    if let batch = prefetched {
      prefetched = nil
      return batch
    }
    if batchIndex == (fault == .fewer && beginCount > 3 ? 2 : 3) {
      endCount += 1
      if fault == .end && endCount == 2 && forgotten == -1 { return batch(0) }
      if fault == .end && wasRestored { forgotten = -1 }
      return fault == .stays && endCount == 3 ? batch(0) : nil
    }
    defer { batchIndex += 1 }
    return batch(batchIndex)
  }

  private func batch(_ index: Int) -> DataSet {
    var features = Tensor(shape: [index == 2 ? 1 : 2, 1, 2])
    features[0, 0, 1] =
      Float(10 * orderEpoch + index) + (fault == .repeats && beginCount > 3 && index == 1 ? 0.5 : 0)
    return DataSet(features: features)
  }

  var state: State {
    let asked = notes.asked.add(1, ordering: .relaxed).newValue
    let note = fault == .stateChanges ? asked : fault == .restoredState ? 7 * batchIndex - forgotten : 0
    return State(epoch: epoch, batchIndex: batchIndex, note: note)
  }

  mutating func restore(_ state: State) {
    if fault == .prefetched && batchIndex < 3 { prefetched = batch(batchIndex) }
    (epoch, batchIndex, endCount, isRestored) = (state.epoch, state.batchIndex, 0, true)
    forgotten = fault == .restoredState ? state.note : 0
    if fault != .epoch { orderEpoch = state.epoch }
  }

  private final class Notes: Sendable {
    let asked = Atomic(0)
  }
}
