r"""One label a series, the class is in the first row: train --bidirectional reads the backward direction there."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
def train(model, features, *words):
    return timestep("train", "--features", features, "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--hidden", "8", "--split", "6,1,3",
                    "--batch-size", "16", "--seed", "1", "--model", model, *words)
def parameters(name):
    data = open(name, "rb").read(); n, = struct.unpack("<Q", data[:8])
    return {k: np.frombuffer(data[8 + n + v["data_offsets"][0]:8 + n + v["data_offsets"][1]], KINDS[v["dtype"]]).astype(float)
            for k, v in json.loads(data[8:8 + n]).items() if k != "__metadata__"}
def accuracy(r):
    found = re.search(r"test accuracy\s+([0-9.]+)", r.out)
    if r.code != 0 or not found: short("train: " + r.brief)
    return float(found.group(1))
dead = []
for cell in "lstm", "gru", "rnn":
    for model, words in ("a.st", ["--epochs", "1", "--updater", "sgd", "--learning-rate", "1e-30"]), ("b.st", ["--epochs", "5", "--learning-rate", "0.01"]):
        r = train(model, "f_%d.csv", "--bidirectional", "--cell", cell, *words)
        if r.code != 0: short("train --bidirectional: " + r.brief)
    p, q = parameters("a.st"), parameters("b.st")
    dead += [cell + " " + k for k in p if k in q and not np.any(np.abs(p[k] - q[k]) > 1e-12)]
if dead: short("training never changes " + ", ".join(dead))
words = ["--cell", "rnn", "--epochs", "30", "--learning-rate", "0.01"]
both, back = accuracy(train("c.st", "f_%d.csv", "--bidirectional", *words)), accuracy(train("d.st", "r_%d.csv", *words))
if back < 0.97: short(f"this check is at fault: one direction over the reversed files has {back}")
if both < 0.95: short(f"test accuracy {both} in both directions, {back} in one over the reversed files")
ok(f"test accuracy {both} in both directions, {back} in one over the reversed files")
