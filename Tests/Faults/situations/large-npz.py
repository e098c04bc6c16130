"""npz batches in the form of arrays of 4 GB and more (zip64) are read; here small ones in that form."""
from common import *
import zipfile
try: import numpy
except ImportError: skip("it requires numpy")

ENOUGH = 0xFFFFFFFF  # "the size is in the extra field"

def as_zip64(path):
    """The entries of a zip file again, their sizes and places in zip64 fields only."""
    begin, directory = b"", b""
    with zipfile.ZipFile(path) as archive:
        entries = [(entry.filename.encode(), entry.CRC, archive.read(entry)) for entry in archive.infolist()]
    for name, checksum, data in entries:
        about = struct.pack("<HHHHHLLL", 45, 0, 0, 0, 33, checksum, ENOUGH, ENOUGH) + struct.pack("<H", len(name))
        sizes = struct.pack("<QQ", len(data), len(data))
        directory += b"PK\1\2" + struct.pack("<H", 45) + about + struct.pack("<HHHHLL", 28, 0, 0, 0, 0, ENOUGH)
        directory += name + struct.pack("<HH", 1, 24) + sizes + struct.pack("<Q", len(begin))
        begin += b"PK\3\4" + about + struct.pack("<H", 20) + name + struct.pack("<HH", 1, 16) + sizes + data
    count = len(entries)
    end64 = b"PK\6\6" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, count, count, len(directory), len(begin))
    end64 += b"PK\6\7" + struct.pack("<LQL", 0, len(begin) + len(directory), 1)
    return begin + directory + end64 + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, ENOUGH, ENOUGH, 0)

def without_checksums(value):
    """A manifest as it was before it had checksums: the files are no longer those that convert wrote."""
    if isinstance(value, list): return [without_checksums(one) for one in value]
    if not isinstance(value, dict): return value
    return {key: without_checksums(one) for key, one in value.items() if not any(word in key.lower() for word in ("checksum", "hash", "bytes"))}

succeed("convert", *WHOLE, "--format", "npz", "--output", "o")
before = succeed("stream", "--batches", "o").results
batches = sorted(name for name in os.listdir("o") if name.endswith(".npz"))
require(batches and before, "no batches")
for name in batches:
    with numpy.load(f"o/{name}") as arrays: expected = {key: arrays[key] for key in arrays.files}
    write(f"o/{name}", as_zip64(f"o/{name}"))
    with numpy.load(f"o/{name}") as arrays:
        require({*arrays.files} == {*expected} and all(numpy.array_equal(arrays[key], expected[key], equal_nan=True) for key in expected), "this check writes files that numpy reads differently")
write("o/manifest.json", json.dumps(without_checksums(json.loads(read("o/manifest.json")))).encode())
done = timestep("stream", "--batches", "o")
require(done.returncode == 0, f"exit {done.returncode}: {done.stderr[:250]}")
require(done.results == before, "other values than before")
ok(f"{len(batches)} files are read as before")
