r"""convert --overwrite with a folder that holds a file of somebody else and was not written by convert."""
from common import *

os.makedirs("full"); open("full/important.txt", "w").write("thesis\n")
r = timestep("convert", "--features", "f_%d.csv", "--align", "start", "--output", "full", "--overwrite")
if r.crashed: short(r.brief)
if not os.path.exists("full/important.txt"): short(f"--overwrite on a folder that convert did not write: important.txt is gone ({r.brief})")
if r.code != 0 and "full" not in r.said: short("refused, but the message does not name the folder: " + r.brief)
for again in 1, 2:
    q = timestep("convert", "--features", "f_%d.csv", "--align", "start", "--output", "own", "--overwrite")
    if q.code != 0 or not os.path.exists("own/manifest.json"): short("--overwrite on a folder that convert wrote itself: " + q.brief)
ok("the file is still there" + (", the command refuses" if r.code else ""))
