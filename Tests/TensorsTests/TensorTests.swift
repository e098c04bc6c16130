import Tensors
import Testing

/// Every shape of up to four axes with sizes up to 3, the empty ones too.
private let smallShapes: [[Int]] = {
  var shapes: [[Int]] = [[]]
  var longest = shapes
  for _ in 0..<4 {
    longest = longest.flatMap { shape in (0...3).map { shape + [$0] } }
    shapes += longest
  }
  return shapes
}()

/// Every index of a tensor of `shape`, the last axis fastest.
private func indices(of shape: [Int]) -> [[Int]] {
  shape.reduce([[]]) { found, size in found.flatMap { index in (0..<size).map { index + [$0] } } }
}

/// Returns the offset of `index`, by the definition of each order.
private func naiveOffset(_ index: [Int], _ shape: [Int], _ order: Tensor.StorageOrder) -> Int {
  var axes = Array(shape.indices)  // slowest first
  switch order {
  case .c: break
  case .f: axes.reverse()
  case .timeMajor: if let time = axes.popLast() { axes.insert(time, at: 0) }
  }
  return axes.reduce(0) { $0 * shape[$1] + index[$1] }
}

/// A tensor whose elements count up from 0 in C order, laid out from the definition.
private func numbered(_ shape: [Int], _ order: Tensor.StorageOrder) -> Tensor {
  var elements = [Float](repeating: -1, count: shape.reduce(1, *))
  for (number, index) in indices(of: shape).enumerated() {
    elements[naiveOffset(index, shape, order)] = Float(number)
  }
  return Tensor(shape: shape, order: order, elements: elements)
}

struct TensorTests {
  @Test(arguments: Tensor.StorageOrder.allCases) func everyOrderReordersToEveryOther(
    from: Tensor.StorageOrder
  ) {
    for shape in smallShapes {
      let tensor = numbered(shape, from)
      for to in Tensor.StorageOrder.allCases {
        let reordered = tensor.ordered(to)
        let expected = numbered(shape, to)
        #expect(reordered.order == to && reordered.elements == expected.elements, "\(shape) to \(to)")
        #expect(reordered.strides == expected.strides)
        #expect(reordered == tensor)
        #expect(
          from.reordered(tensor.elements.map(Int.init), shape: shape, to: to)
            == expected.elements.map(Int.init))
      }
    }
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func stridesLocateElements(order: Tensor.StorageOrder) {
    for shape in smallShapes where !shape.contains(0) {
      let strides = order.strides(for: shape)
      for index in indices(of: shape) {
        let offset = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(offset == naiveOffset(index, shape, order))
      }
    }
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func subscriptsReadAndWriteTheRightElement(
    order: Tensor.StorageOrder
  ) {
    var tensor = Tensor(shape: [2, 3, 4], order: order)
    for (number, index) in indices(of: [2, 3, 4]).enumerated() {
      tensor[index[0], index[1], index[2]] = Float(number)
    }
    #expect(tensor.elements == numbered([2, 3, 4], order).elements)
    #expect(tensor[1, 2, 3] == 23 && tensor[0, 1, 2] == 6)
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func stepsAreThoseOfTheLastAxis(order: Tensor.StorageOrder) {
    for shape in smallShapes {
      guard let last = shape.last else { continue }
      for from in 0...last {
        for to in from...last {
          let cut = numbered(shape, order).steps(from..<to)
          let expected = numbered(shape, .c).elements.enumerated().filter {
            last > 0 && from..<to ~= $0.offset % last
          }
          #expect(cut.shape == shape.dropLast() + [to - from] && cut.order == order)
          #expect(cut.ordered(.c).elements == expected.map(\.element), "\(shape) \(from)..<\(to)")
        }
      }
    }
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func rowsAreThoseOfTheFirstAxis(order: Tensor.StorageOrder) {
    for shape in smallShapes {
      guard let first = shape.first else { continue }
      let choices: [[Int]] = first == 0 ? [[]] : [[], [0], [first - 1, 0], [0, 0, first - 1, first / 2]]
      let rowCount = shape.dropFirst().reduce(1, *)
      let all = numbered(shape, .c).elements
      for choice in choices {
        let taken = numbered(shape, order).rows(choice)
        #expect(taken.shape == [choice.count] + shape.dropFirst() && taken.order == order)
        #expect(taken.ordered(.c).elements == choice.flatMap { all[$0 * rowCount..<($0 + 1) * rowCount] })
      }
    }
  }

  @Test func equalityIsOfShapeAndElements() {
    let tensor = numbered([2, 3, 4], .c)
    #expect(tensor != numbered([2, 4, 3], .c))
    var other = tensor.ordered(.f)
    #expect(tensor == other)
    other[1, 1, 1] += 1
    #expect(tensor != other)
    #expect(Tensor(shape: [0, 2]) != Tensor(shape: [0, 3]))
    #expect(Tensor(shape: [1], elements: [.nan]) != Tensor(shape: [1], elements: [.nan]))
  }

  @Test func copiesDoNotShareChanges() {
    let tensor = numbered([2, 3], .c)
    var copy = tensor
    copy.withMutableSpan { span in for i in span.indices { span[i] = -1 } }
    #expect(tensor.elements == [0, 1, 2, 3, 4, 5] && copy.elements == [Float](repeating: -1, count: 6))
  }
}
