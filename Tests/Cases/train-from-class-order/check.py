r"""train --from with the same classes in another order, and with other classes of the same number."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
DATA = ["--features", "f_%d.csv", "--align", "end"]
STILL = ["--epochs", "1", "--updater", "sgd", "--learning-rate", "1e-30"]
def parameters(name):
    data = open(name, "rb").read(); n, = struct.unpack("<Q", data[:8])
    return {k: np.frombuffer(data[8 + n + v["data_offsets"][0]:8 + n + v["data_offsets"][1]], KINDS[v["dtype"]]).astype(float)
            for k, v in json.loads(data[8:8 + n]).items() if k != "__metadata__"}
def figures(model, labels, names):
    r = timestep("evaluate", "--model", model, *DATA, "--labels", labels, "--label-categories", names, "--json")
    if r.code != 0: short("evaluate: " + r.brief)
    f = json.loads(r.out); return f["accuracy"], f["score"]
r = timestep("train", *DATA, "--labels", "s_%d.csv", "--label-categories", "no,yes", "--hidden", "8", "--learning-rate", "0.02", "--seed", "1", "--epochs", "60", "--model", "a.st")
if r.code != 0: short("train: " + r.brief)
accuracy, score = figures("a.st", "s_%d.csv", "no,yes")
if accuracy < 0.97: short(f"this check is at fault: accuracy {accuracy}")
r = timestep("train", *DATA, "--labels", "s_%d.csv", "--label-categories", "yes,no", *STILL, "--from", "a.st", "--model", "b.st")
if r.code != 0: short("train --from with yes,no: " + r.brief)
if not re.search(r"layer 1 .*reordered.*yes, no.*no, yes", r.said): short("yes,no: nothing says that the columns are reordered: " + r.brief)
turned, loss = figures("b.st", "s_%d.csv", "yes,no")
if turned != accuracy or abs(loss - score) > 1e-5: short(f"yes,no: accuracy {accuracy:.2f} becomes {turned:.2f}, score {score:.4f} becomes {loss:.4f}")
r = timestep("train", *DATA, "--labels", "u_%d.csv", "--label-categories", "up,down", *STILL, "--seed", "5", "--from", "a.st", "--model", "c.st")
if r.code != 0: short("train --from with up,down: " + r.brief)
if not re.search(r"layer 1 .*new.*up, down.*no, yes", r.said): short("up,down: nothing says that the output layer is new: " + r.brief)
p, q = parameters("a.st"), parameters("c.st")
if np.allclose(p["layer1.W"], q["layer1.W"]): short("up,down: the output layer of no,yes is kept")
if any(np.abs(p[k] - q[k]).max() > 1e-12 for k in p if k.startswith("layer0.")): short("up,down: layer 0 is not kept")
ok("reordered columns for another order, a new layer for other classes")
