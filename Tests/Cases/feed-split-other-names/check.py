r"""The same files, named by a directory, globs and a pattern, with labels in other folders: the parts of --split are the same."""
from common import *

os.makedirs("data/x"); os.makedirs("labels")
for i in range(40):
    open(f"data/x/f_{i}.csv", "w").write(f"{i},0\n{i},1\n")
    open(f"labels/y_{i}.csv", "w").write(f"{i % 2}\n")
def part(name, *words):
    r = stream("--split", "6,2,2", "--part", name, "--order", "file", *words)
    if r.code: short(f"{words}, {name}: {r.brief}")
    return firsts(r.batches)
for name in "train", "validation", "test":
    expected = part(name, "--features", "data/x")
    for words in ["data/x/*.csv"], ["data/x/f_*.csv"], ["data/x/f_%d.csv"], ["./data/x/"], ["data/x/f_%d.csv", "--labels", "labels/y_%d.csv", "--classes", "2", "--align", "end"], ["data/x/*_*.csv"]:
        found = part(name, "--features", *words)
        if found != expected: short(f"--features {words}: the {name} part has {found}, that of data/x {expected}")
common = ["--features", "data/x/f_%d.csv", "--labels", "labels/y_%d.csv", "--classes", "2", "--align", "end", "--split", "6,2,2"]
t = timestep("train", *common, "--normalize", "standardize", "--epochs", "1", "--hidden", "2", "--model", "m.st")
e = timestep("evaluate", "--features", "data/x/f_*.csv", "--labels", "labels/y_*.csv", "--split", "6,2,2", "--part", "test", "--model", "m.st", "--json")
if t.code or e.code: short(f"{t.brief}; {e.brief}")
if json.loads(e.out)["examples"] != len(part("test", "--features", "data/x")): short("evaluate counts " + e.out[:200])
e = timestep("evaluate", "--features", "data/x/f_*.csv", "--labels", "labels/y_*.csv", "--split", "6,2,2", "--part", "train", "--model", "m.st")
if not e.refused: short("the training part of another spelling is evaluated: " + e.brief)
ok("the parts are the same, however the files are named")
