import TimestepCommand
import Waves

var plugins = PluginRegistry.bundled
plugins.addWaves()
runCommandLine(plugins)
