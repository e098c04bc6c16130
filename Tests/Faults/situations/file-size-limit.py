"""A limit on the size of files (a quota): exit 1 with a message, and nothing is left."""
from common import *
import resource

before = set(os.listdir("."))
for words in (["convert", *WHOLE, "--output", "o"], ["train", *WHOLE, *NETWORK, "--epochs", 3, "--model", "m"]):
    done = timestep(*words, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300)))
    require(done.returncode == 1 and done.stderr.strip(), f"{words[0]}: exit {done.returncode}")
    require(set(os.listdir(".")) == before, f"{words[0]} left {set(os.listdir('.')) - before}")
ok("convert and train end with a message")
