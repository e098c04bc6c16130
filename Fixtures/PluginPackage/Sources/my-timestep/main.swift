import TimestepCommand
import Waves

var plugins = PluginRegistry.bundled
plugins.register(reader: "waves", help: "Sine waves of two kinds.", options: WaveReader.options) { options, _ in WaveReader(options) }
plugins.register(trainer: "majority", help: "Learns how often each class comes.") { _, contract in MajorityTrainer(contract) }
runCommandLine(plugins)
