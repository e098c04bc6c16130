#!/usr/bin/env python3
"""Writes the archives in this folder with Python's tarfile and zipfile, and GNU tar: the programs that define the forms.

Each holds `NAMES` in this order; the text of member i is "i,1\\ni,2\\n". The others are named for what is wrong with them."""
import io, os, subprocess, tarfile, tempfile, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ["a.csv", "walk/b.csv", "/".join(["folder-with-a-long-name"] * 9) + "/" + "n" * 120 + ".csv"]
SHORT = ["a.csv", "walk/b.csv", "/".join(["folder-with-a-long-name"] * 5) + "/c.csv"]


def text(number):
    return b"%d,1\n%d,2\n" % (number, number)


def tar(name, members, format, mode="w"):
    with tarfile.open(os.path.join(HERE, name), mode, format=format) as archive:
        for number, member in enumerate(members):
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.mtime = 1_700_000_000.25 if format == tarfile.PAX_FORMAT else 1_700_000_000
            data = text(number) if info.isreg() else b""
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def link(name, target, kind):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_(name, members, **options):
    with zipfile.ZipFile(os.path.join(HERE, name), "w") as archive:
        for number, member in enumerate(members):
            info = zipfile.ZipInfo(member) if isinstance(member, str) else member
            info.compress_type = zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED
            with archive.open(info, "w", **options) as file:
                file.write(text(number))


tar("gnu.tar", NAMES, tarfile.GNU_FORMAT)
tar("pax.tar", NAMES + ["gr\u00f6\u00dfe.csv"], tarfile.PAX_FORMAT)
tar("ustar.tar", SHORT, tarfile.USTAR_FORMAT)
tar("links.tar", ["a.csv", link("symbolic.csv", "a.csv", tarfile.SYMTYPE), link("hard.csv", "a.csv", tarfile.LNKTYPE)],
    tarfile.GNU_FORMAT)
tar("parent.tar", ["a.csv", "walk/../../evil.csv"], tarfile.GNU_FORMAT)
tar("absolute.tar", ["/evil.csv"], tarfile.GNU_FORMAT)
tar("twice.tar", ["other.csv", "a.csv", "a.csv"], tarfile.GNU_FORMAT)
zip_("python.zip", NAMES)
zip_("large.zip", NAMES, force_zip64=True)
zip_("parent.zip", ["a.csv", "../evil.csv"])
zip_("absolute.zip", ["/evil.csv"])
symbolic = zipfile.ZipInfo("symbolic.csv")
symbolic.external_attr = 0o120777 << 16
zip_("links.zip", ["a.csv", symbolic])
with tempfile.TemporaryDirectory() as folder:
    for number, name in enumerate(NAMES):
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        with open(f"{folder}/{name}", "wb") as file:
            file.write(text(number))
    with open(f"{folder}/sparse.csv", "wb") as file:
        file.truncate(1 << 20)
    for form in "gnu", "posix":
        subprocess.run(["tar", f"--format={form}", "--sparse", "--sort=name", "--mtime=@1700000000", "--owner=0", "--group=0",
                        "-cf", f"{HERE}/tar-{form}.tar", "-C", folder, "."], check=True)
