r"""What the message of a training that diverges proposes; the labels are large numbers."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
def train(*words): return timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--regression", "--align", "end", "--hidden", "4", "--updater", "sgd", "--learning-rate", "1", "--epochs", "60", "--model", "m.st", *words)
r = train()
if r.code == 0: ok("it does not diverge")
if r.crashed: short(r.brief)
told = r.err.strip().splitlines()[-1] if r.err.strip() else ""
named = set(re.findall(r"--[a-z][a-z-]+", told))
if unknown_flags(told, "train"): short("the message names a flag that does not exist: " + r.brief)
if not named & {"--normalize", "--clip", "--learning-rate"}: short("the message names no flag: \"..." + told[-150:] + "\"; right: --normalize (which helps here: features are small, labels are large), --clip, --learning-rate")
n = train("--normalize", "standardize")
if n.code != 0: short("this check is at fault: --normalize standardize: " + n.brief)
if "--normalize" in named and re.search(r"normali[sz]e the features", told) and not re.search(r"labels?", told): short("the message speaks of the features alone; the labels are what is large: " + told)
ok("the message names " + ", ".join(sorted(named)))
