"""Compressed files and archives of them, in place of a directory of plain files."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
plain = convert("--features", "plain")
if plain.code != 0: short(plain.brief)
for words in ("gz", "gz/x_%d.csv.gz", "gz/*.gz", "data.zip", "data.zip:run/x_%d.csv", "data.tar:run/*.csv", "data.tar.gz",
              "data.tar.gz:run"):
    r = convert("--features", words)
    if r.code != 0: short(f"{words}: {r.brief}")
    if not same(r.t["features"], plain.t["features"]): short(f"{words}: features {tidy(r.t['features'])}")
r = convert("--features", "cut.csv.gz")
if not r.refused or "cut.csv.gz" not in r.said: short("a file that is cut off: " + r.brief)
r = convert("--features", "data.zip:../plain/x_0.csv")
if not r.refused or "outside" not in r.said: short("a path out of the archive: " + r.brief)
ok("compressed files and archives are read as the plain files in them")
