r"""train --resume with other validation data than the run began with."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
def train(epochs, data, *words):
    return timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--hidden", "4", "--learning-rate", "0.003", "--epochs", epochs,
                    "--validation-features", data + "_%d.csv", "--validation-labels", data + "y_%d.csv", "--model", "m.st", *words)
def figures(r): return [float(v) for v in re.findall(r"validation score ([0-9.e+-]+),", r.err)]
r = train("3", "easy", "--checkpoints", "run")
if r.code != 0: short("train: " + r.brief)
first = figures(r)
b = train("12", "hard", "--checkpoints", "run", "--resume")
if b.crashed: short("train --resume: " + b.brief)
if b.refused:
    if re.search(r"validation", b.said, re.I): ok("refused: " + b.brief)
    short("refused, but not because of the validation data: " + b.brief)
told = "\n".join(l for l in b.said.splitlines() if "best epoch" not in l)
if re.search(r"validation", told, re.I): ok("said: " + b.brief)
later = figures(b)
place = re.search(r"best epoch was (\d+)", b.err)
if not place: short("no line names the best epoch: " + b.brief)
if not (later[-1] < later[0] and later[-1] > max(first)): short("this check is at fault: " + str((first, later)))
if int(place.group(1)) <= 3:
    short(f"3 epochs are judged on one validation set ({first[0]:.3f} to {first[-1]:.3f}), 9 more on another ({later[0]:.3f} to {later[-1]:.3f}, better every epoch): --resume takes them together without a word, and writes "
          f"epoch {place.group(1)}, of the first set; right: rejected (as other training data is), or evaluated again with a message")
ok("the best epoch is one that the present validation data has judged")
