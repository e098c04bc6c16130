"""Two outputs that name one file, under two spellings, are refused, and the file stays as it is."""
from common import *

names = ("--journal", "--ledger", "--model", "--report")
succeed("train", *PARTLY, *NETWORK, "--epochs", 1, "--model", "keep")
kept = read("keep")
for first, second in ((a, b) for a in names for b in names if a < b):
    other = [] if "--model" in (first, second) else ["--model", "other"]
    done = timestep("train", *PARTLY, *NETWORK, "--epochs", 1, first, "keep", second, "./keep", *other)
    refused(done, f"{first} and {second}", codes=(1, 64))
    require(read("keep") == kept, f"{first} and {second}: the file was changed")
ok("6 pairs of flags are refused")
