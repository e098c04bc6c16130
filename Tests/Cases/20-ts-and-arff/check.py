r"""The layouts of sktime, aeon and Weka: .ts and .arff files, whose header says how they are read; no flags."""
from common import *

wanted = ([[1, 2, 3], [10, 20, 30]], [[4, 5, 0], [40, 50, 0]], [[6, 0, 0], [60, 0, 0]])
steps = [[None, None, 1], [None, 0, None], [1, None, None]]
for name in ("Toy_TRAIN.ts", "Toy.arff"):
    r = convert("--features", name)
    if r.code != 0: short(f"{name}: " + r.brief)
    if not same(r.t["features"], wanted): short(f"{name}: features " + tidy(r.t["features"]))
    if classes(r.t) != steps: short(f"{name}: classes {classes(r.t)}; right: those of the header, in its order, at the last steps")
r = timestep("train", "--features", "Toy_TRAIN.ts", "--model", "m", "--hidden", "2", "--epochs", "1")
if r.code != 0: short("train: " + r.brief)
r = timestep("evaluate", "--features", "Toy_TEST.ts", "--model", "m", "--json")
if r.code != 0: short("evaluate: " + r.brief)
if json.loads(r.out)["classes"] != ["walk", "run"]: short("evaluate: classes " + str(json.loads(r.out)["classes"]))
text = open("Toy_TRAIN.ts").read()
open("bad.ts", "w").write(text.replace("4,5:40,50:walk", "4,5:40:walk"))
r = convert("--features", "bad.ts")
if not r.refused or "bad.ts:11:5: " not in r.said: short("a dimension of another length: " + r.brief)
r = convert("--features", "bad.ts", "--on-error", "skip-sequence")
if r.code != 0 or len(r.t["features"]) != 2: short("skip-sequence: " + r.brief)
open("bad.ts", "w").write(text.replace("60:run", "60:fly"))
r = convert("--features", "bad.ts")
if not r.refused or "bad.ts:12:6: " not in r.said or "line 8" not in r.said: short("a class that is not in the header: " + r.brief)
ok("series and classes as the headers of .ts and .arff files say; contradictions located")
