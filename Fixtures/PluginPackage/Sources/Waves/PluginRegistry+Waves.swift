import TimestepCommand

extension PluginRegistry {
  /// Adds the reader `waves`, the transform `echo` and the trainer `majority`.
  public mutating func addWaves() {
    register(
      reader: "waves", help: "Sine waves of two kinds.",
      options: [
        PluginOption("count", .integer, default: "40", help: "The number of waves."),
        PluginOption("steps", .integer, default: "20", help: "The length of a wave."),
      ]
    ) { options, _ in WaveReader(count: options.integer("count"), steps: options.integer("steps")) }
    register(
      transform: "echo", help: "Adds to every value a share of the one before it.",
      options: [PluginOption("share", .number, default: "0.5", help: "The share.")]
    ) { options, columns in Echo(share: Float(options.number("share")), columns: columns) }
    register(trainer: "majority", help: "Learns the frequency of each class.") { _, contract in
      MajorityTrainer(contract)
    }
  }
}
