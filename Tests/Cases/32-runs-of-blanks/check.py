r"""Columns aligned by runs of blanks and tabs, blanks at the ends of lines: --delimiter space."""
from common import *

want = [[[0.12573022, -0.70373524, 0.90347018], [-0.13210486, -1.2654215, 0.094012298], [0.64042265, -0.62327446, -0.74349925]]]
r = convert("--features", "x.txt", "--delimiter", "space")
if r.code != 0: short(r.brief)
if not same(r.t["features"], want): short("features " + tidy(r.t["features"]))
ok("columns between runs of blanks and tabs are read")
