"""A model that may not replace another user's file is kept and named, or refused before the training; a file that is replaced keeps its owner and mode."""
from common import *

require_root()
if not shutil.which("setpriv"): skip("it requires setpriv (util-linux)")
user = 61234
os.chmod(".", 0o755)
os.mkdir("st"); os.chmod("st", 0o1777)
train = ["train", *WHOLE, *NETWORK, "--epochs", 50, "--model"]
succeed(*train, "st/m")
kept = read("st/m")
program = shutil.copy(PROGRAM, "timestep")  # that user may not reach the original
done = timestep("--reuid", user, "--regid", user, "--clear-groups", os.path.abspath(program), *train, "st/m", program="setpriv")
refused(done, "a model in the place of another user's")
require(read("st/m") == kept, "another user's model was changed")
others = [name for name in os.listdir("st") if name != "m"]
if "epoch 1/" in done.stderr:
    named = [name for name in others if name in done.stderr]
    require(named, f"trained, then nothing is left or named: {others}: {done.stderr[-250:]}")
    succeed("evaluate", *WHOLE[:4], "--allow-training-data", "--model", "st/" + named[0])
    how = "the trained model is kept and named"
else:
    require(not others, f"refused before the training, but it left {others}")
    how = "refused before the training"
os.chown("st/m", user, user); os.chmod("st/m", 0o640)
succeed(*train, "st/m", "--learning-rate", "0.1")
state = os.stat("st/m")
require(read("st/m") != kept and (state.st_uid, state.st_mode & 0o777) == (user, 0o640), f"replaced, it belongs to {state.st_uid}, mode {state.st_mode & 0o777:o}")
ok(f"{how}; a replaced file keeps owner and mode")
