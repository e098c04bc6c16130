"""The reader of standard output goes away: all files are written nevertheless."""
from common import *

words = ["train", *WHOLE, *NETWORK, "--test-features", "whole/x_%d.csv", "--test-labels", "whole/y_%d.csv", "--allow-training-data", "--epochs", "2", "--report", "r.html", "--model", "m"]
process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
process.stdout.close()
code = process.wait(120)
require(code in (0, 141, -13), f"exit {code}")
require(os.path.exists("m") and os.path.exists("r.html"), f"exit {code}, files: {os.listdir('.')}")
ok("model and report are written")
