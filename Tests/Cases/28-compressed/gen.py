"""Four series as plain files, gzip files (one of two members), a zip, a tar and a tar.gz; and one that is cut off."""
import gzip, io, os, tarfile, zipfile

TEXTS = [f"{n},{n + 1}\n{n + 2},{n + 3}\n".encode() for n in range(0, 16, 4)]
for folder in "plain", "gz":
    os.makedirs(folder, exist_ok=True)
with zipfile.ZipFile("data.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for number, text in enumerate(TEXTS):
        archive.writestr(f"run/x_{number}.csv", text)
for name, mode in ("data.tar", "w"), ("data.tar.gz", "w:gz"):
    with tarfile.open(name, mode) as archive:
        for number, text in enumerate(TEXTS):
            info = tarfile.TarInfo(f"run/x_{number}.csv")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
for number, text in enumerate(TEXTS):
    open(f"plain/x_{number}.csv", "wb").write(text)
    parts = [text[:4], text[4:]] if number == 2 else [text]
    open(f"gz/x_{number}.csv.gz", "wb").write(b"".join(gzip.compress(part) for part in parts))
open("cut.csv.gz", "wb").write(gzip.compress(TEXTS[0])[:-3])
