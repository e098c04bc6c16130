"""A file whose name is not UTF-8 is read, or called what it is."""
from common import *

os.makedirs("n")
write(b"n/x_\xff.csv", b"1,2\n3,4\n")
done = timestep("convert", "--features", "n", "--output", "o")
require(done.returncode == 0 or (done.returncode == 1 and "UTF-8" in done.stderr and "symbolic link" not in done.stderr), f"exit {done.returncode}: {done.stderr}")
require(done.returncode == 1 or os.path.exists("o/manifest.json"), "exit 0, and nothing was converted")
ok("it is read" if done.returncode == 0 else "the message names UTF-8")
