"""A power cut after any checkpoint: what was synced is enough to resume, and ledger, journal and model are as if nothing had happened."""
from common import *

words = ["train", *PARTLY, *NETWORK, "--epochs", 2, "--journal", "j", "--ledger", "led", *RESUMABLE]
outputs = ("j", "led", "m")

def cut_power():
    """Files keep what was synced, or lose everything."""
    sizes = {int(inode): int(size) for inode, size in map(str.split, read("synced").decode().splitlines())}
    for path in [path for path in ("j", "led", "m") if os.path.exists(path)] + [f"ck/{name}" for name in os.listdir("ck")]:
        state = os.stat(path)
        os.truncate(path, min(state.st_size, sizes.get(state.st_ino, 0)))

succeed(*words)
undisturbed = [read(path) for path in outputs]
cuts = (1, 2, 4, 6)
for number in cuts:
    remove("ck", "synced", *outputs)
    require(killed_at_rename(words, number, "*checkpoint*", SYNCED=os.path.abspath("synced")), f"there is no checkpoint {number}")
    require(os.path.exists("synced"), f"nothing was synced before checkpoint {number}")
    cut_power()
    done = timestep(*words)
    require(done.returncode == 0, f"power cut after checkpoint {number}: --resume: exit {done.returncode}: {done.stderr[-250:]}")
    for path, data in zip(outputs, undisturbed):
        require(read(path) == data, f"power cut after checkpoint {number}: another {path}")
    require(done.stderr.count("epoch 1/") == 0 or number < 3, f"power cut after checkpoint {number}: the training began again")
ok(f"{len(cuts)} power cuts, resumed to the same journal, ledger and model")
