import DataSets
import Tensors
import Testing

/// One label per series, and the number of series that begin in a batch.
struct SeriesLabelTests {
  /// Returns a mask with gaps, and with padding at both ends; every row has a present step.
  private func mask(_ rows: Int, _ steps: Int, _ number: Int) -> Mask {
    Mask(rows: rows, steps: steps) { row, step in
      (number >> ((row * 2 + step) % 5)) & 1 == 1 || step == (row + number) % steps
    }
  }

  @Test(arguments: Tensor.StorageOrder.allCases, Tensor.StorageOrder.allCases)
  func everyLabelIsAtTheLastPresentStep(order: Tensor.StorageOrder, labelOrder: Tensor.StorageOrder) {
    for (n, l, t) in [(1, 1, 1), (2, 1, 3), (3, 2, 5), (5, 3, 2)] {
      for number in 0..<32 {
        let mask = mask(n, t, number)
        let values = (0..<n * l).map { Float($0 + 1) }
        let labels = Tensor(shape: [n, l], elements: values).ordered(labelOrder)
        let batch = DataSet(
          features: Tensor(shape: [n, 2, t], order: order), labels: labels, featuresMask: mask)
        #expect(batch.labels?.shape == [n, l, t] && batch.labels?.order == order)
        #expect(batch.featuresMask == mask)
        for row in 0..<n {
          let last = (0..<t).last { mask[row, $0] }
          for step in 0..<t {
            #expect(batch.labelsMask[row, step] == (step == last))
            for column in 0..<l {
              #expect(batch.labels?[row, column, step] == (step == last ? values[row * l + column] : 0))
            }
          }
        }
      }
    }
  }

  @Test func withoutAMaskTheLastStepIsTheLast() {
    let batch = DataSet(
      features: Tensor(shape: [2, 3, 4]), labels: Tensor(shape: [2, 1], elements: [7, 8]))
    #expect(batch.labelsMask.lastSteps == [3, 3] && batch.labelsMask.count == 2)
    #expect(batch.labels?[1, 0, 3] == 8)
  }

  @Test func callersBugsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = DataSet(
        features: Tensor(shape: [2, 1, 2]), labels: Tensor(shape: [2, 1]),
        featuresMask: Mask(ranges: [0..<2, 0..<0], stepCount: 2))
    }
    await #expect(processExitsWith: .failure) { _ = DataSet(features: Tensor(shape: [2, 1, 0])) }
    await #expect(processExitsWith: .failure) {
      _ = DataSet(
        features: Tensor(shape: [2, 1, 2]), labels: Tensor(shape: [2, 1]), labelsMask: .full(2, 2))
    }
    await #expect(processExitsWith: .failure) {
      _ = DataSet(features: Tensor(shape: [2, 1, 2]), labels: Tensor(shape: [3, 1]))
    }
  }
}
