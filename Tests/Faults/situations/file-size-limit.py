"""A limit on the size of files (a quota): exit 1 with a message, and nothing is left."""
from common import *

before = set(os.listdir("."))
for words in (["convert", *WHOLE, "--output", "o"], ["train", *WHOLE, *NETWORK, "--epochs", 3, "--model", "m"]):
    done = timestep(*words, preexec_fn=limits(FSIZE=300))
    refused(done, words[0])
    require(set(os.listdir(".")) == before, f"{words[0]} left {set(os.listdir('.')) - before}")
ok("convert and train end with a message")
