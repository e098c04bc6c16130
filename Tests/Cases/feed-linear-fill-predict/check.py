r"""fill by the linear rule looks ahead: train, predict and windows say so, and name the rule that does not."""
from common import *

for i in range(6):
    open(f"x_{i}.csv", "w").write(f"{i}\n\"\"\n{i + 4}\n5\n"); open(f"y_{i}.csv", "w").write(f"{i % 2}\n")
TRAIN = ["train", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--epochs", "1", "--hidden", "2", "--model", "m.st"]
r = timestep(*TRAIN, "--transform", "fill")
if r.code or not re.search(r"cannot predict row by row.*rule=forward", r.said): short("train: " + r.brief)
r = timestep("predict", "--model", "m.st", stdin=b"1\n\"\"\n")
fault = fault_of_refusal(r, ["m.st"], r"--transform fill:rule=forward", command="train")
if fault: short("predict: " + fault)
r = timestep(*TRAIN, "--transform", "fill:rule=forward")
if r.code or "row by row" in r.said: short("train with rule=forward: " + r.brief)
r = timestep("predict", "--model", "m.st", stdin=b"1\n\"\"\n")
if r.code or len(r.out.split()) != 2: short("predict with rule=forward: " + r.brief)
WINDOWS = ["--features", "x_%d.csv", "--window", "2,1"]
r = convert(*WINDOWS, "--transform", "fill")
if r.code or "fill:within=window" not in r.said: short("windows: " + r.brief)
if not same(r.t["features"][3, 0], [1, 3]): short(f"the first window of x_1.csv is {r.t['features'][3, 0]}")
r = convert(*WINDOWS, "--transform", "fill:within=window")
if r.code or r.said.count("fill") or not same(r.t["features"][3, 0], [1, 1]): short("within=window: " + r.brief)
ok("a fill that looks ahead says so")
