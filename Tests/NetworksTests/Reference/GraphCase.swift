import DataSets

/// A stack of layers that tests run at every size.
///
/// ```swift
/// @Test(arguments: GraphCase.all, GraphCase.sizes)
/// func networkIsTheGraph(stack: GraphCase, size: Int) throws {
///   var random = SplitMix64(seed: 1)
///   var graph = stack.graph(size, &random)
///   ...
/// }
/// ```
struct GraphCase: Sendable, CustomStringConvertible {
  let description: String
  /// The shape of a step, and the layers, for `n` units and `c` columns.
  let stack: @Sendable (_ n: Int, _ c: Int) -> ReferenceGraph

  /// Sizes at which a wrong stride or a swapped axis shows: 1, and numbers without common factors.
  static let sizes = [1, 2, 3, 5]

  /// The stack for `size` units, with random parameters; the number of columns is one of `sizes` too.
  func graph(_ size: Int, using random: inout SplitMix64) -> ReferenceGraph {
    var graph = stack(size, Self.sizes[random.below(Self.sizes.count)])
    graph.randomizeParameters(using: &random)
    return graph
  }

  init(_ description: String, stack: @escaping @Sendable (_ n: Int, _ c: Int) -> ReferenceGraph) {
    (self.description, self.stack) = (description, stack)
  }

  /// Vectors of `c` columns through layers, followed by softmax over three classes.
  private init(_ description: String, _ layers: @escaping @Sendable (_ n: Int) -> [GraphLayer]) {
    self.init(description) { n, c in
      ReferenceGraph(input: .vector(size: c), layers: layers(n) + [Self.classes])
    }
  }

  private static let classes = GraphLayer.rnnOutput(
    size: 3, activation: .softmax, loss: .multiClassCrossEntropy, weights: nil)
  private static let series = GraphLayer.output(
    size: 2, activation: .softmax, loss: .multiClassCrossEntropy, weights: nil)

  /// Every stack, by topic.
  static let all = recurrent + bothWays + perStep + images + ends + losses

  static let recurrent: [GraphCase] = [
    GraphCase("lstm") { [.lstm(size: $0)] },
    GraphCase("lstm softsign") { [.lstm(size: $0, activation: .softsign)] },
    GraphCase("lstm hardSigmoid") { [.lstm(size: $0, gate: .hardSigmoid)] },
    GraphCase("graves") { [.graves(size: $0)] },
    GraphCase("simpleRNN") { [.simpleRNN(size: $0)] },
    GraphCase("simpleRNN relu") { [.simpleRNN(size: $0, activation: .relu)] },
    GraphCase("gru") { [.gru(size: $0)] },
    GraphCase("gru softsign") { [.gru(size: $0, activation: .softsign)] },
    GraphCase("lstm graves") { [.lstm(size: $0), .graves(size: $0 + 1)] },
    GraphCase("graves gru simpleRNN lstm") {
      [.graves(size: $0), .gru(size: 2), .simpleRNN(size: $0 + 1), .lstm(size: 2)]
    },
  ]

  static let bothWays: [GraphCase] =
    GraphMerge.allCases.flatMap { merge in
      [
        GraphCase("both lstm \(merge)") { [.bidirectional(of: .lstm(size: $0), merge: merge)] },
        GraphCase("both gru \(merge)") { [.bidirectional(of: .gru(size: $0), merge: merge)] },
      ]
    } + [
      GraphCase("both graves") { [.bidirectional(of: .graves(size: $0), merge: .concatenate)] },
      GraphCase("both simpleRNN") { [.bidirectional(of: .simpleRNN(size: $0), merge: .concatenate)] },
      GraphCase("both twice") {
        [
          .bidirectional(of: .lstm(size: $0), merge: .concatenate), .gru(size: 2),
          .bidirectional(of: .graves(size: 2), merge: .sum),
        ]
      },
    ]

  static let perStep: [GraphCase] =
    GraphActivation.allCases.map { activation in
      GraphCase("dense \(activation)") { [.dense(size: $0, activation: activation)] }
    } + [
      GraphCase("dense dense lstm") {
        [.dense(size: $0, activation: .gelu), .dense(size: 3, activation: .elu), .lstm(size: 2)]
      },
      GraphCase("embedding lstm") { n, _ in
        ReferenceGraph(
          input: .vector(size: 1), layers: [.embedding(classes: n + 1, size: n), .lstm(size: 2), classes])
      },
      GraphCase("embedding dense") { n, _ in
        ReferenceGraph(
          input: .vector(size: 1),
          layers: [.embedding(classes: 3, size: n), .dense(size: 2, activation: .tanh), classes])
      },
      GraphCase("gru dropout dense") {
        [.gru(size: $0), .dropout, .dense(size: 2, activation: .tanh)]
      },
    ]

  static let images: [GraphCase] = [
    GraphCase("conv") { n, c in
      let window = GraphWindow(kernel: [2, 3])
      return ReferenceGraph(
        input: .image(channels: c, height: 3, width: 4),
        layers: [.convolution(channels: n, window: window, activation: .tanh), classes])
    },
    GraphCase("conv padded strided, mean") { n, c in
      let window = GraphWindow(kernel: [3, 2], stride: [2, 1], padding: [1, 1])
      let mean = GraphWindow(kernel: [2, 2], stride: [1, 2], padding: [1, 0])
      return ReferenceGraph(
        input: .image(channels: c, height: 4, width: 3),
        layers: [
          .convolution(channels: n, window: window, activation: .elu), .subsampling(by: .mean, window: mean),
          classes,
        ])
    },
    GraphCase("max padded, dense") { n, c in
      let window = GraphWindow(kernel: [3, 2], stride: [2, 1], padding: [1, 1])
      return ReferenceGraph(
        input: .image(channels: c, height: 4, width: 2),
        layers: [.subsampling(by: .max, window: window), .dense(size: n, activation: .tanh), classes])
    },
    GraphCase("conv max dense lstm") { n, _ in
      ReferenceGraph(
        input: .image(channels: 1, height: 5, width: 5),
        layers: [
          .convolution(channels: 2, window: GraphWindow(kernel: [2, 2]), activation: .relu),
          .subsampling(by: .max, window: GraphWindow(kernel: [2, 2], stride: [2, 2])),
          .dense(size: n, activation: .elu), .lstm(size: 2), classes,
        ])
    },
    GraphCase("lstm, its outputs as an image, conv") { n, c in
      ReferenceGraph(
        input: .vector(size: c),
        layers: [
          .lstm(size: 6 * n),
          .convolution(channels: 2, window: GraphWindow(kernel: [2, 2]), activation: .tanh), classes,
        ], reshapes: [1: .image(channels: n, height: 2, width: 3)])
    },
  ]

  static let ends: [GraphCase] =
    [
      GraphCase("last") { n, c in
        ReferenceGraph(input: .vector(size: c), layers: [.lstm(size: n), .lastTimeStep, series])
      },
      GraphCase("both last dense") { n, c in
        ReferenceGraph(
          input: .vector(size: c),
          layers: [
            .bidirectional(of: .gru(size: n), merge: .concatenate), .lastTimeStep,
            .dense(size: 3, activation: .tanh), series,
          ])
      },
      GraphCase("both twice, own last") { n, c in
        ReferenceGraph(
          input: .vector(size: c),
          layers: [
            .bidirectional(of: .gru(size: 2), merge: .sum),
            .bidirectional(of: .lstm(size: n), merge: .concatenate), .ownLastStep, series,
          ])
      },
      GraphCase("both dropout dense own last") { n, c in
        ReferenceGraph(
          input: .vector(size: c),
          layers: [
            .bidirectional(of: .simpleRNN(size: n), merge: .concatenate), .dropout,
            .dense(size: 2, activation: .tanh), .ownLastStep, series,
          ])
      },
    ]
    + GraphMerge.allCases.map { merge in
      GraphCase("both own last \(merge)") { n, c in
        ReferenceGraph(
          input: .vector(size: c),
          layers: [.bidirectional(of: .graves(size: n), merge: merge), .ownLastStep, series])
      }
    }
    + [(GraphPooling.max, 0.0), (.mean, 0), (.sum, 0), (.pNorm, 2), (.pNorm, 3)].map { pooling, order in
      GraphCase("pooling \(pooling)\(order > 0 ? " \(Int(order))" : "")") { n, c in
        ReferenceGraph(
          input: .vector(size: c),
          layers: [.gru(size: n), .globalPooling(by: pooling, order: order), series])
      }
    }

  static let losses: [GraphCase] = GraphLoss.allCases.flatMap { loss in
    loss.activations.flatMap { activation in
      [false, true].map { isWeighted in
        GraphCase("\(loss) \(activation)\(isWeighted ? " weighted" : "")") { n, c in
          // The softmax of one output is constant: there is nothing to compare.
          let outputs = activation == .softmax ? max(2, n) : n
          let weights = isWeighted ? (0..<outputs).map { 0.5 + Double($0) } : nil
          return ReferenceGraph(
            input: .vector(size: c),
            layers: [
              .lstm(size: 2), .rnnOutput(size: outputs, activation: activation, loss: loss, weights: weights),
            ])
        }
      }
    }
  }
}
