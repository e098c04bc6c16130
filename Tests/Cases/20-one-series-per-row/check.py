r"""The layout of the UCR archive: a row is a series, its first field the label (1, 2, -1), a NaN at the end; --one-series-per-row --label-column 0."""
from common import *

r = convert("--features", "plain.csv", "--one-series-per-row", "--label-column", "0", "--classes", "2", "--align", "end")
if r.code != 0: short("plain.csv: " + r.brief)
if not same(r.t["features"], [[[5, 6, 7, 8]], [[1, 2, 3, 4]]]): short("plain.csv: features " + tidy(r.t["features"]))
if classes(r.t) != [[None, None, None, 0], [None, None, None, 1]]: short(f"plain.csv: classes {classes(r.t)}; right: 0 and 1 at the last step")
base = ["--features", "Toy_TRAIN.tsv", "--delimiter", "\\t", "--one-series-per-row", "--label-column", "0", "--align", "end", "--missing", "NaN", "--transform", "fill:rule=forward"]
runs = [convert(*base, "--label-categories=-1,1,2"), convert(*base, "--category", "0=-1,1,2")]
r = next((r for r in runs if r.code == 0), runs[0])
if r.code != 0: short("Toy_TRAIN.tsv: " + r.brief)
x, c = r.t["features"], classes(r.t)
if x.shape != (3, 1, 3) or not same(x[:2], [[[.1, .2, .3]], [[.4, .5, .6]]]) or not same(x[2][0][:2], [.7, .8]): short("Toy_TRAIN.tsv: features " + tidy(x))
if c[:2] != [[None, None, 1], [None, None, 2]] or c[2] not in ([None, None, 0], [None, 0, None]): short(f"Toy_TRAIN.tsv: classes {c}; right: 1, 2, 0 at the last steps")
if c[2] == [None, None, 0] and not same(x[2][0], [.7, .8, .8]): short("Toy_TRAIN.tsv: third series " + tidy(x[2]))
ok("every row is a series of one column, its first field the label")
