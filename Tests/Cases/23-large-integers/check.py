r"""Seconds since 1970 as a plain column: whole numbers beyond 2^24."""
from common import *

def word(r): return re.search(r"16777216|16,777,216|2\^24|precis|exact|Float|float|rounded|digits", r.said) and re.search(r"f_0\.csv|\bt\b", r.said)
r = convert("--features", "f_%d.csv", "--header", "--transform", "difference:columns=t")
if r.crashed or (r.code == 0 and not word(r) and not same(r.t["features"], [[[1, 59], [2, 3]]])):
    short(f"differences {tidy(r.t.get('features'))[2:-1]} without a word; right: 1, 59" if r.t else r.brief)
if r.code != 0 and not word(r): short(r.brief)
r = convert("--features", "f_%d.csv", "--header")
if not word(r) and not (r.code == 0 and same(r.t["features"], [[[1711846800, 1711846801, 1711846860], [1, 2, 3]]], 1e-12)):
    short(f"values {tidy(r.t['features'][0][0])} without a word; right: kept apart, or said" if r.t else r.brief)
seen, r = column("t", "--features", "f_%d.csv", "--header")
if not word(r) and (seen is None or abs(seen[0] - 1711846800) > 0.5): short(f"inspect shows {seen[0] if seen else 'no row'} as the least value; right: 1711846800, or a word")
ok("whole numbers beyond 2^24 are kept, or it is said")
