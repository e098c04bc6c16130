"""An address space that is too small: exit 1 with a message, neither a crash nor a hang."""
from common import *

train = ["train", *WHOLE, *NETWORK, "--epochs", 1, "--model", "m"]
succeed(*train)
outcomes = {}
for megabytes in (150, 200, 250, 300, 400):
    remove("m")
    what = f"{megabytes} MB"
    done = timestep(*train, preexec_fn=limits(AS=megabytes << 20), timeout=20)
    outcomes[what] = done.returncode
    if done.returncode == 127: continue  # the loader had no room for the libraries
    if done.returncode: refused(done, what)
    require(done.returncode == 1 or os.path.exists("m"), f"{what}: exit 0 without a model")
require(set(outcomes.values()) != {127}, "the libraries could never be loaded: raise the limits")
ok(", ".join(f"{what}: exit {code}" for what, code in outcomes.items()))
