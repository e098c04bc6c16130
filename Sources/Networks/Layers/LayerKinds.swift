/// The layers that model files can hold, by kind.
enum LayerKinds {
  /// All layer types; a new layer adds its type here.
  static let all: [any Layer.Type] = [
    LSTM.self, GravesLSTM.self, SimpleRNN.self, GRU.self, Bidirectional.self, Dense.self, Convolution2D.self,
    Subsampling.self, Embedding.self, Dropout.self, LastTimeStep.self, GlobalPooling.self, RNNOutput.self,
    SeriesOutput.self,
  ]
}
