r"""inspect on data.zip, data.tar.gz and a folder that holds one of them, also with compressed members: the printed command reads the archive."""
from common import *
import gzip, io, tarfile, zipfile

r = np.random.RandomState(16)
files, right = {}, []
for name in "run", "walk":
    for i in range(3):
        x = np.round(r.normal(size=(5 + i, 2)), 4)
        files[f"{name}/s{i}.csv"] = "a;b\n" + "".join(("%.4f;%.4f\n" % tuple(row)).replace(".", ",") for row in x)
        right.append((x, *last_step(len(x), one_hot(name == "walk", 2))))
os.mkdir("only")
for path in "data.zip", "only/data.zip":
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in files.items(): z.writestr(name, text)
with tarfile.open("data.tar.gz", "w:gz") as t:
    for name, text in files.items():
        entry = tarfile.TarInfo(name)
        entry.size = len(text)
        t.addfile(entry, io.BytesIO(text.encode()))
with zipfile.ZipFile("packed.zip", "w", zipfile.ZIP_DEFLATED) as z, tarfile.open("packed.tar", "w") as t:
    for name, text in files.items():
        packed = gzip.compress(text.encode())
        z.writestr(name + ".gz", packed)
        entry = tarfile.TarInfo(name + ".gz")
        entry.size = len(packed)
        t.addfile(entry, io.BytesIO(packed))
for place in "data.zip", "data.tar.gz", "only", "packed.zip", "packed.tar":
    found = inspect(place)
    if not found.converting: short(place + ": " + found.brief)
    for command in found.converting[0], found.training[0]:
        run = shell(command)
        if run.code: short(command + ": " + run.brief)
        if "convert" in command and (fault := unequal(right, examples())): short(command + ": " + fault)
ok(inspect("data.tar.gz").converting[0])
