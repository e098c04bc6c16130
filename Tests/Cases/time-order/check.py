r"""Rows that go back in time (--time): named with both times; what the message proposes works; local times that repeat an hour; sorted rows keep their labels."""
from common import *

files = {
    "down.csv": ["2024-05-01T02:00:00Z", "2024-05-01T01:00:00Z", "2024-05-01T00:00:00Z"],
    "autumn.csv": ["2024-10-27 01:30:00", "2024-10-27 02:00:00", "2024-10-27 02:30:00", "2024-10-27 02:00:00", "2024-10-27 02:30:00"],
    "good.csv": ["2024-05-01T00:00:00Z", "2024-05-01T00:30:00Z", "2024-05-01T00:30:00Z"],
}
for name, times in files.items():
    with open(name, "w") as f: f.write("ts,v\n" + "".join(f"{t},{k}\n" for k, t in enumerate(times)))
with open("labels.csv", "w") as f: f.write("y\n" + "".join(f"{k}\n" for k in range(3)))
words = lambda name, *more: ["--features", name, "--header", "--time", "ts", "--time-unit", "minutes", "--align", "start", *more]
for name in "down.csv", "autumn.csv":
    r = convert(*words(name))
    fault = fault_of_refusal(r, [name + ":"], "goes back in time")
    if fault: short(f"{name}: {fault}")
    if len(re.findall(r"2024-\d\d-\d\d[T ]\d\d:\d\d:\d\d", r.said)) < 2: short(f"{name}: not both times: {r.brief}")
    if ("daylight saving" in r.said) != (name == "autumn.csv"): short(f"{name}: daylight saving: {r.brief}")
    for way in ["--sort-by-time"], ["--on-error", "time-order=skip-row"]:
        # Sorting would mix the two hours that a clock shows twice.
        if (" ".join(way) in r.said) != (name == "down.csv" or way[0] == "--on-error"): short(f"{name}: {way} is not proposed: {r.brief}")
        r2 = convert(*words(name, *way))
        if r2.code: short(f"{name} {way}: {r2.brief}")
        ts = r2.t["features"][0][0]
        if (np.diff(ts) < 0).any() or ts[0] != 0: short(f"{name} {way}: {tidy(ts)}")
r = convert(*words("down.csv", "--sort-by-time", "--labels", "labels.csv", "--regression"))
if r.code or values(r.t) != [[2, 1, 0]] or not same(r.t["features"][0], [[0, 60, 120], [2, 1, 0]]): short(f"sorted rows and their labels: {r.brief}")
r = convert(*words("good.csv"))
if r.code or not same(r.t["features"][0][0], [0, 30, 30]): short(f"equal times: {r.brief}")
ok("rows that go back in time are named, sorted or left out")
