import TimestepCommand

runCommandLine()
