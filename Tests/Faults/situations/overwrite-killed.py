"""convert --overwrite killed around any rename: the directory is whole, and the next run removes what was left."""
from common import *

words = ["convert", *WHOLE, "--overwrite", "--output", "o"]
succeed(*words)
files, around, kills = sorted(os.listdir("o")), set(os.listdir(".")) | {"renames.so"}, 0
for when in ("before", "after"):
    number = 1
    while killed_at_rename(words, number, "", when):
        require(os.path.isdir("o") and sorted(os.listdir("o")) == files, f"killed {when} rename {number}: {os.listdir('.')}")
        number += 1; kills += 1
require(kills > 0, "no rename was seen")
succeed(*words)
left = set(os.listdir(".")) - around
require(not left, f"left after the next run: {left}")
ok(f"{kills} kills, a whole directory each time")
