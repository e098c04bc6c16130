r"""train --from --freeze N of a model with two recurrent layers and --dropout: N counts recurrent layers."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
def parameters(name):
    data = open(name, "rb").read(); n, = struct.unpack("<Q", data[:8])
    return {k: np.frombuffer(data[8 + n + v["data_offsets"][0]:8 + n + v["data_offsets"][1]], KINDS[v["dtype"]]).astype(float)
            for k, v in json.loads(data[8:8 + n]).items() if k != "__metadata__"}
DATA = ["--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--epochs", "2"]
for both in [], ["--bidirectional"]:
    r = timestep("train", *DATA, "--hidden", "4,4", "--dropout", "0.2", "--model", "a.st", "--overwrite", *both)
    if r.code != 0: short("train: " + r.brief)
    a = parameters("a.st")
    recurrent = sorted({k.split(".")[0] for k in a if k.endswith(".R")})
    if len(recurrent) != 2: short("this check is at fault: " + ", ".join(recurrent))
    for count in 1, 2:
        r = timestep("train", *DATA, "--from", "a.st", "--freeze", str(count), "--model", "b.st", "--overwrite")
        if r.code != 0: short(f"train --freeze {count}: " + r.brief)
        b = parameters("b.st")
        still = [l for l in recurrent if all(np.abs(a[k] - b[k]).max() == 0 for k in a if k.startswith(l + "."))]
        if still != recurrent[:count]: short(f"--freeze {count}: {', '.join(still) or 'none'} of {', '.join(recurrent)} stay")
        said = re.findall(r"layer (\d+) \(\w+\): .*frozen", r.said)
        if ["layer" + n for n in said] != still: short(f"--freeze {count}: what it says is frozen: {said}: " + r.brief)
    r = timestep("train", *DATA, "--from", "a.st", "--freeze", "3", "--model", "c.st")
    if not r.refused or "2 recurrent layers" not in r.said: short("--freeze 3: " + r.brief)
ok("recurrent layers are counted, and the frozen ones named")
