r"""Clipping by the norm of the whole gradient: --clip-norm 0.05."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
def header(name):
    data = open(name, "rb").read(); n, = struct.unpack("<Q", data[:8])
    return {k: np.frombuffer(data[8 + n + v["data_offsets"][0]:8 + n + v["data_offsets"][1]], KINDS[v["dtype"]]).astype(float) for k, v in json.loads(data[8:8 + n]).items() if k != "__metadata__"}
def train(name, rate, *words):
    return timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--hidden", "4", "--epochs", "1", "--batch-size", "500", "--updater", "sgd", "--learning-rate", rate,
                    "--seed", "1", "--model", name, *words)
for r in train("i.st", "1e-30"), train("g.st", "1"):
    if r.code != 0: short("train: " + r.brief)
i, g = header("i.st"), header("g.st")
full = {k: i[k] - g[k] for k in i}; norm = np.sqrt(sum((v ** 2).sum() for v in full.values()))
if norm < 0.1: short(f"this check is at fault: the gradient has a norm of {norm}")
r = train("c.st", "1", "--clip-norm", "0.05")
if r.code != 0: short("--clip-norm 0.05: " + r.brief + "; --clip cuts every element by itself and turns the gradient; the norm of the whole can be limited in the library alone")
c = header("c.st")
bad = max(np.abs((i[k] - c[k]) - full[k] * 0.05 / norm).max() for k in i)
if bad > 1e-5: short(f"--clip-norm 0.05: the update differs by {bad:.2g} from the gradient times 0.05 / {norm:.4f}")
ok("the gradient keeps its direction")
