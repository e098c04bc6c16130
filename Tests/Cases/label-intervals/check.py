r"""Intervals with a class, as annotation tools write them: --label-intervals by row numbers, by timestamps and by seconds since the first row, with and without --outside, gives what numpy gives."""
from common import *
import pandas as pd

r = np.random.RandomState(13)
os.mkdir("rec")
events, STEPS = [], 40
for i in range(4):
    time = pd.Timestamp("2024-03-05 10:00:00") + pd.to_timedelta(np.arange(STEPS) * 500, unit="ms")
    pd.DataFrame({"time": time, "x": np.round(r.normal(size=STEPS), 4)}).to_csv(f"rec/r{i}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S.%f")
    at = np.sort(r.choice(np.arange(STEPS), 6, False))
    for a, b in zip(at[::2], at[1::2]): events.append((f"r{i}", int(a), int(b), ["eat", "run", "sleep"][r.randint(3)]))
r.shuffle(events)
events = [(k, int(a), int(b), c) for k, a, b, c in events]
def moment(k): return (pd.Timestamp("2024-03-05 10:00:00") + pd.Timedelta(milliseconds=500 * k)).isoformat()
for name, form in ("rows", str), ("times", moment), ("seconds", lambda k: "%.1f" % (k / 2)):
    open(name + ".csv", "w").write("recording,start,end,class\n" + "".join(f"{k},{form(a)},{form(b)},{c}\n" for k, a, b, c in events))
found = sorted({c for _, _, _, c in events})
for name in "rows", "times", "seconds":
    for outside in None, "none":
        names = sorted(found + ["none"]) if outside else found
        time = [] if name == "rows" else ["--time", "time"]
        keep = ["--keep-columns", "x"] if name == "rows" else []
        run = convert("--features", "rec", "--header", *time, *keep, "--label-intervals", name + ".csv:key=recording,start=start,end=end,label=class",
                      *(["--outside", outside] if outside else []))
        if run.code: short(f"{name}: {run.brief}")
        right = []
        for i in range(4):
            x = pd.read_csv(f"rec/r{i}.csv")["x"]
            texts = np.full(STEPS, outside, object)
            for k, a, b, c in events:
                if k == f"r{i}": texts[a:b] = c
            columns = [x] if name == "rows" else [np.arange(STEPS) * 0.5, x]
            right.append((np.column_stack(columns), [one_hot(-1 if t is None else names.index(t), len(names)) for t in texts], [float(t is not None) for t in texts]))
        if fault := unequal(right, examples("out")): short(f"{name}, outside {outside}: {fault}")
# Overlapping intervals of two classes name both lines.
open("bad.csv", "w").write("recording,start,end,class\nr0,0,9,eat\nr0,5,12,run\nr1,0,9,eat\nr2,0,9,eat\nr3,0,9,eat\n")
run = convert("--features", "rec", "--header", "--keep-columns", "x", "--label-intervals", "bad.csv:key=recording,start=start,end=end,label=class")
if fault := fault_of_refusal(run, ["bad.csv:3"], r"overlap.*line 2"): short(fault)
ok("rows, timestamps and seconds; steps outside masked or of the class given")
