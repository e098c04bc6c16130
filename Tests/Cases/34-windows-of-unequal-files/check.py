r"""--window 5,1 where the label file has one row less than the features (19 of 20), and where it has one label a series."""
from common import *

def follow(words, what, seen=()):
    """Follows what messages propose; a proposal that is refused in its turn is none that works."""
    r = convert(*words)
    if r.code == 0: return r
    if not r.refused: short(f"{what}: {r.brief}")
    if library_words(r.said) or unknown_flags(r.said): short(f"{what}: the message names what does not exist: {r.brief}")
    at = words.index("--align") + 1
    ways = [[*words[:at], to, *words[at + 1:]] for to in ("start", "end") if "--align " + to in r.said and words[at] != to]
    if re.search(r"--tail keep|keep the tails", r.said) and "--tail" not in words: ways.append([*words, "--tail", "keep"])
    tried = [follow(w, what, (*seen, words)) for w in ways if w not in seen]
    if ways and not any(x.code == 0 for x in tried):
        short(f"{what}: the message proposes what does not work: {r.brief} THEN {tried[0].brief if tried else 'the same again'}")
    return next((x for x in tried if x.code == 0), r)
a = follow(["--features", "s_%d.csv", "--labels", "short_%d.csv", "--regression", "--align", "end", "--window", "5,1"], "19 labels for 20 rows")
b = follow(["--features", "w_%d.csv", "--labels", "wy_%d.csv", "--classes", "2", "--align", "end", "--window", "5,1"], "one label a series")
if b.code == 0 and not all(c[-1] in (0, 1) for c in classes(b.t)): short(f"one label a series, windows: classes {classes(b.t)[:3]}")
if a.code == 0:
    n = 0
    for x, l in zip(a.t["features"], values(a.t)):
        for step, label in zip(x[1], l):
            if label is not None and label not in (step, step + 10): short(f"windows pair the row of {step} with the label {label}")
ok("windows are cut, or the messages propose nothing that does not work")
