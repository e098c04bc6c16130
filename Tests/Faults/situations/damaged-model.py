"""One flipped bit anywhere in a model file is noticed."""
from common import *

succeed("train", *WHOLE, *NETWORK, "--epochs", 1, "--model", "m")
evaluate = ["evaluate", "--features", "whole/x_%d.csv", "--labels", "whole/y_%d.csv", "--allow-training-data", "--model"]
succeed(*evaluate, "m")
chance, header = random.Random(1), 8 + struct.unpack("<Q", read("m")[:8])[0]
for number in range(40):
    shutil.copy("m", "n")
    flip_bit("n", chance, 8 if number % 2 else header)
    done = timestep(*evaluate, "n")
    refused(done, f"damaged model {number}")
ok("40 damaged models are refused")
