r"""One series of 1,000,000 steps beside 39 of 4 to 42, plain train, 2 GB of address space."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
r = timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--epochs", "1", "--hidden", "16",
             "--model", "m.st", memory=2000000 * 1024, limit=550)
if r.code == 0 and os.path.exists("m.st"): ok("trained within 2 GB")
if r.crashed: short("crash: " + r.brief)
if not re.search(r"--batching|--tbptt|--lanes|--batch-size|--window", r.said): short("the message names no way out: " + r.brief)
if unknown_flags(r.said, "train"): short("the message names a flag that does not exist: " + r.brief)
ok("refused with a way out")
