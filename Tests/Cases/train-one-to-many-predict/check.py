r"""A model of one row in, several values out (one to many): its predictions."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
r = timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--regression", "--align", "start", "--hidden", "8", "--epochs", "200", "--learning-rate", "0.01", "--seed", "1", "--model", "m.st")
if r.code != 0: short("train: " + r.brief)
data = open("m.st", "rb").read(); n, = struct.unpack("<Q", data[:8])
p = {k: np.frombuffer(data[8 + n + v["data_offsets"][0]:8 + n + v["data_offsets"][1]], np.float32).reshape(v["shape"]).astype(float) for k, v in json.loads(data[8:8 + n]).items() if k != "__metadata__"}
def s(z): return 1 / (1 + np.exp(-z))
def right(row, steps):
    h = c = np.zeros(8); out = []
    for t in range(steps):
        z = (row if t == 0 else np.zeros(2)) @ p["layer0.W"] + h @ p["layer0.R"] + p["layer0.b"]
        c = s(z[8:16]) * c + s(z[16:24]) * np.tanh(z[:8]); h = s(z[24:]) * np.tanh(c); out.append((h @ p["layer1.W"] + p["layer1.b"])[0])
    return np.array(out)
rows = [np.loadtxt(f"f_{i}.csv", delimiter=",") for i in range(20)]
labels = [np.loadtxt(f"y_{i}.csv", ndmin=1) for i in range(20)]
rmse = np.sqrt(np.mean(np.concatenate([right(x, len(y)) - y for x, y in zip(rows, labels)]) ** 2))
e = timestep("evaluate", "--model", "m.st", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--json")
if e.code != 0 or abs(json.loads(e.out)["rmse"][0] - rmse) > 1e-4: short("this check is at fault: evaluate has " + e.brief + f", RMSE {rmse}")
r = timestep("predict", "--model", "m.st", "--steps", "4", stdin="\n\n".join(",".join(map(repr, map(float, x))) for x in rows[:3]).encode() + b"\n")
if r.code != 0:
    short("predict --steps 4 (one row in, four values out): " + r.brief + "; without it predict gives the first value alone, and no command gives the others")
got = [float(v) for v in r.out.split()]
want = np.concatenate([right(x, 4) for x in rows[:3]])
if not same(got, want, 1e-4): short(f"predict --steps 4 gives {tidy(got)}; right: {tidy(want)}")
ok("four values a series, those of the network with zero input after the first row")
