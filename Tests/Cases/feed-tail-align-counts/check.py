r"""Windows that overlap: every labelled step counts once in the figures of evaluate and of a test part."""
from common import *

for i in range(5): open(f"f_{i}.csv", "w").write("".join(f"{i},{t % 3},{(i + t) % 2}\n" for t in range(9)))
common = ["--features", "f_%d.csv", "--label-column", "2", "--classes", "2"]
t = timestep("train", *common, "--epochs", "1", "--hidden", "2", "--model", "m.st")
if t.code: short(t.brief)
for window, tail, steps in ("4", "align", 9), ("4", "keep", 9), ("4", "drop", 8), ("4,2", "drop", 8), ("4,1", "drop", 9), ("4,3", "align", 9), ("2,3", "align", 7):
    for more in [], ["--lanes", "2"], ["--batch-size", "1"]:
        e = timestep("evaluate", *common, "--model", "m.st", "--json", "--window", window, "--tail", tail, *more)
        if e.code: short(f"--window {window} --tail {tail} {more}: {e.brief}")
        j = json.loads(e.out)
        counted = sum(map(sum, j["confusion"]))
        if counted != 5 * steps or j["steps"] != counted:
            short(f"--window {window} --tail {tail} {more}: the confusion matrix counts {counted} labels, \"steps\" is {j['steps']}; the windows of five series have {5 * steps} different steps")
ok("every labelled step counts once")
