r"""Class folders (train/walk/a.csv, train/run/a.csv, train/run/b.csv): --labels-from folder; classes in file names: --labels-from 'name:REGEX'."""
from common import *

for folder, rule, want in ("train", "folder", {1: 1, 3: 0, 4: 0}), ("flat", "name:s[0-9]+_([a-z]+)_.*", {1: 1, 3: 0}):
    base = ["--features", folder, "--labels-from", rule, "--align", "end"]
    r = convert(*base)
    if r.code != 0: r = convert(*base, "--label-categories", "run,walk")
    if r.code != 0: short(f"--labels-from {rule}: {r.brief}")
    got = {}
    for x, c in zip(r.t["features"], classes(r.t)):
        labels = [v for v in c if v is not None]
        if len(labels) != 1: short(f"--labels-from {rule}: classes {classes(r.t)}; right: one label a series")
        got[int(max(x[0][0], x[0][0]))] = labels[0]
    if got != want: short(f"--labels-from {rule}: the series that begin with {list(got)} have the classes {list(got.values())}; right: {want} (run 0, walk 1)")
    if r.t["labels"].shape[1] != 2: short(f"--labels-from {rule}: {r.t['labels'].shape[1]} classes; right: 2")
ok("classes come from folders and file names")
