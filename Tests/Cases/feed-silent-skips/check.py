r"""Two of six series have a text; every command says how many were left out or changed, and why."""
from common import *

for i in range(6):
    open(f"f_{i}.csv", "w").write("".join(f"{i},{'x' if i in (1, 4) and t == 2 else t}\n" for t in range(4)))
    open(f"y_{i}.csv", "w").write(f"{i % 2}\n")
common = ["--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end"]
for policy, said in ("skip-sequence", "left out 2 sequences"), ("skip-row", "left out 2 rows"), ("repair:0", "changed 2 values"):
    for words in ["convert", "--output", "out", "--overwrite"], ["stream", "--epochs", "2"], ["inspect"], ["train", "--epochs", "2", "--hidden", "2", "--model", "m.st"], ["evaluate", "--model", "m.st"]:
        run = stream(*words[1:], *common, "--on-error", policy) if words[0] == "stream" else timestep(*words, *common, "--on-error", policy)
        if run.code: short(f"{words[0]} --on-error {policy}: {run.brief}")
        lines = [l for l in run.said.splitlines() if said in l and "not-a-number" in l]
        if len(lines) != 1: short(f"{words[0]} --on-error {policy}: {len(lines)} lines say \"{said}\" and why: {run.brief}")
    clean = stream("--features", "y_%d.csv", "--on-error", policy)
    if clean.code or re.search("left out|changed", clean.said): short("files without faults: " + clean.brief)
ok("every command says what was left out or changed")
