r"""The header is ,0,1,2 (a table written with its index and default column names); --drop-columns 0, --label-column 0."""
from common import *

both = r"ambig|both|two columns|name.*(number|position)|(number|position).*name"
calls = {"--drop-columns 0": ["--drop-columns", "0"], "--keep-columns 0,1": ["--keep-columns", "0,1"], "--label-column 0": ["--label-column", "0", "--regression"],
         "--group-by 0": ["--group-by", "0"], "--rename 0=first": ["--rename", "0=first"], "--category 0": ["--category", "0"], "--time 0=unix": ["--time", "0=unix"]}
wrong = []
for name, flags in calls.items():
    r = convert("--features", "f_%d.csv", "--header", *flags)
    if r.crashed: short(f"{name}: {r.brief}")
    if r.code == 0: wrong.append(f"{name} picks one reading")
    elif not re.search(both, r.said, re.I) or "@0" not in r.said: wrong.append(f"{name} does not name both readings and @0: {r.brief[:90]}")
if wrong: short("; ".join(wrong))
for flags, key, right in ((["--drop-columns", "@0"], "features", [[[10.5, 11.5], [20, 21], [30, 31]]]), (["--keep-columns", "@2,@0"], "features", [[[20, 21], [0, 1]]]),
                          (["--label-column", "@0", "--regression"], "labels", [[[0, 1]]]), (["--rename", "@1=first", "--keep-columns", "first"], "features", [[[10.5, 11.5]]])):
    r = convert("--features", "f_%d.csv", "--header", *flags)
    if r.code != 0 or not same(r.t[key], right): short(f"{' '.join(flags)}: {tidy(r.t.get(key)) if r.t else r.brief}; right: {right}")
ok("a bare 0 is refused with both readings, @0 is the position")
