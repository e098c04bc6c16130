r"""Every part is filled with the mean of the training part, whatever the layout of the files."""
from common import *

rows = {i: [(3 * i, i), (3 * i + 1, None), (3 * i + 2, i + 0.5)] for i in range(40)}
def text(key, value): return "" if value is None else str(value)
for i, series in rows.items():
    open(f"s_{i}.csv", "w").write("".join(f"{a},{text(i, b)}\n" for a, b in series))
open("all.csv", "w").write("".join(f"{i},{a},{text(i, b)}\n" for i, series in rows.items() for a, b in series))
for source in ["--features", "s_%d.csv"], ["--features", "all.csv", "--group-by", "0"]:
    fills = []
    for part in "train", "validation", "test":
        r = convert(*source, "--split", "6,2,2", "--part", part, "--batch-size", "40", "--transform", "fill:rule=mean")
        if r.code: short(f"{part}: {r.brief}")
        x = r.t["features"]
        if part == "train": right = np.mean(x[:, 1, [0, 2]])
        fills += list(x[:, 1, 1])
        manifest = json.load(open("out/manifest.json"))
        kept = re.search(r'"means":\[[^,\]]*,([^,\]]*)\]', json.dumps(manifest).replace(" ", "").replace("\\", ""))
        if not kept or abs(float(kept.group(1)) - right) > 1e-6 * right: short(f"{part}: the manifest does not have the mean {right}")
    if len(fills) != 40 or max(abs(f - right) for f in fills) > 1e-5 * right: short(f"filled with {sorted(set(fills))}, right: {right}")
ok("one mean for all parts")
