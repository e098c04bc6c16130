"""A cache or data file that is cut, overwritten or extended while a training reads it: an error that names it, or the undisturbed model; no signal."""
from common import *

EPOCHS = 4000
def cut(path): os.truncate(path, 0)
def extend(path):
    with open(path, "ab") as file: file.write(b"1,1\n")
def overwrite(path):
    """Other bytes in the second half, in the file itself."""
    half = os.path.getsize(path) // 2
    with open(path, "r+b") as file:
        file.seek(half)
        changed = bytes(byte ^ 0x11 for byte in file.read())
        file.seek(half); file.write(changed)

cached = ["train", *PARTLY, *NETWORK, "--cache", "c", "--epochs", EPOCHS, "--model", "m"]
direct = ["train", *WHOLE, *NETWORK, "--epochs", EPOCHS, "--model", "m"]
undisturbed = {}
for words in (cached, direct):
    succeed(*words)
    undisturbed[words[2]] = read("m")
    remove("m")
outcomes = []
for words, path, change in ((cached, "c/features.timestep-cache", cut), (cached, "c/features.timestep-cache", overwrite), (cached, "c/labels.timestep-cache", cut), (direct, "whole/x_5.csv", cut), (direct, "whole/x_5.csv", extend)):
    what = f"{path}, {change.__name__}"
    kept, before = read(path), set(os.listdir(".")) | {"m", "j", "log"}
    with open("log", "w") as log: process = subprocess.Popen([PROGRAM, *map(str, words), "--journal", "j"], stderr=log)
    try:
        wait_for(lambda: os.path.exists("j") and os.path.getsize("j") > 4000 or process.poll() is not None, f"{what}: no journal")
        require(process.poll() is None, f"{what}: the training ended before the change: raise EPOCHS")
        change(path)
        try: process.wait(60)
        except subprocess.TimeoutExpired: require(False, f"{what}: still running after 60 s")
    finally:
        process.kill(); process.wait()
    error = read("log").decode()
    require(process.returncode in (0, 1), f"{what}: exit {process.returncode}: {error[-200:]}")
    if process.returncode == 0: require(read("m") == undisturbed[words[2]], f"{what}: exit 0 and another model")
    else: require(path.split("/")[1] in error.splitlines()[-1], f"{what}: the message does not name the file: {error[-200:]}")
    left = set(os.listdir(".")) - before
    require(not left, f"{what}: left {left}")
    outcomes.append(process.returncode)
    write(path, kept); remove("m", "j", "log")
ok(f"{outcomes.count(1)} of {len(outcomes)} changes are errors that name the file, the others end with the undisturbed model")
