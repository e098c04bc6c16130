r"""Series of 3, 3 and 2 steps, default --align equal, --batch-size 2, several seeds."""
from common import *

late = []
for seed in range(6):
    [os.remove(f) for f in ("m.st", "j") if os.path.exists(f)]
    r = timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--batch-size", "2", "--epochs", "10", "--hidden", "2",
                 "--seed", str(seed), "--journal", "j", "--model", "m.st")
    done = len(open("j", "rb").read().splitlines()) if os.path.exists("j") else 0
    if r.code == 0 and os.path.exists("m.st"): continue
    if not r.refused: short(f"seed {seed}: " + r.brief)
    if done: late.append(f"seed {seed} after {done} updates")
    elif not re.search(r"f_\d\.csv", r.said): short(f"seed {seed}: the message names no file: " + r.brief)
if late: short("alignment equal fails in the middle of a training, the model is lost: " + ", ".join(late) + "; right: at the start, or not at all")
ok("no seed fails after an epoch")
