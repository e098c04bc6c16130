"""convert --overwrite killed around any rename: the directory is the old one or the new one, whole, and the next run removes what was left."""
from common import *

around = {*os.listdir("."), "o", "renames.so"}
data = WHOLE[:WHOLE.index("--batch-size")]
versions = [["convert", *data, "--batch-size", size, "--overwrite", "--output", "o"] for size in (4, 5)]
whole = []
for words in versions:
    succeed(*words)
    whole.append(contents("o"))
require(whole[0] != whole[1] and all(whole), "the two versions do not differ")
kills, outcomes = 0, set()
# Renames to the directory itself (*o) first, then all.
for path, when in [(path, when) for path in ("*o", "*") for when in ("before", "after")]:
    number, current, killed = 1, 1, True
    while killed:
        killed = killed_at_rename(versions[1 - current], number, path, when)
        what = f"killed {when} rename {number} to {path}"
        require(contents("o") in whole, f"{what}: no whole directory: {os.listdir('.')}, {os.listdir('o') if os.path.isdir('o') else 'no o'}")
        replaced = contents("o") == whole[1 - current]
        require(killed or replaced, f"{what}: exit 0, and the old directory is there")
        if killed: outcomes.add(replaced); kills += 1
        if replaced: current = 1 - current
        number += 1
    require(number > 2, f"no rename to {path} was seen")
    succeed(*versions[1])
    require(contents("o") == whole[1], f"killed {when} a rename to {path}: the next run does not replace the directory")
    left = set(os.listdir(".")) - around
    require(not left, f"left after the next run: {left}")
require(outcomes == {False, True}, f"{kills} kills, the old and the new directory were not both seen")
ok(f"{kills} kills, a whole directory each time, nothing left after the next run")
