"""A run never resumes from a damaged checkpoint to another model."""
from common import *

words = ["train", *WHOLE, *NETWORK, "--epochs", 3, *RESUMABLE]
require(killed_at_rename(words, 6, "*checkpoint*"), "there is no checkpoint 6")
shutil.copytree("ck", "kept")
succeed(*words)
undisturbed, chance, refusals = read("m"), random.Random(3), 0
for number in range(40):
    shutil.rmtree("ck"); shutil.copytree("kept", "ck")
    if os.path.exists("m"): os.remove("m")
    newest = "ck/" + sorted(name for name in os.listdir("ck") if "checkpoint" in name)[-1]
    files = [newest] if os.path.isfile(newest) else [f"{newest}/{name}" for name in sorted(os.listdir(newest))]
    flip_bit(chance.choice(files), chance)
    done = timestep(*words)
    if done.returncode: refused(done, f"damaged checkpoint {number}")
    refusals += done.returncode
    require(done.returncode == 1 or read("m") == undisturbed, f"damaged checkpoint {number}: another model")
ok(f"{refusals} of 40 damaged checkpoints are refused, the others lead to the undisturbed model")
