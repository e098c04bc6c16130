"""Checks what `timestep convert` makes of .ts and .arff files against aeon's loaders, bit for bit.

    python check_series_files.py PATH/TO/timestep [FOLDER]

Every file that aeon 1.6.0 carries is read by both, plain, compressed, and in a zip archive, and so are random files with
missing values, unequal lengths, several dimensions, and classes or numbers as labels. Values are compared as the
Float32 that is nearest to aeon's Float64. With a folder, all such files below it are compared too.
"""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile

import numpy as np
import safetensors.numpy

import aeon
from aeon.datasets import load_from_arff_file, load_from_ts_file

program = sys.argv[1]
warnings.simplefilter("ignore")


def load(path):
    """aeon's series [C, T] and labels."""
    if path.suffix == ".arff":
        x, y = load_from_arff_file(str(path))
    else:
        x, y = load_from_ts_file(str(path))
    return [np.asarray(series).astype(np.float32) for series in x], list(y)


def classes_of(path):
    """The classes in the order of the header; None if labels are numbers."""
    for line in path.read_text().splitlines():
        words = line.split()
        if words and words[0].lower() == "@classlabel" and words[1].lower() == "true":
            return words[2:]
        if words and words[0].lower() == "@attribute" and "{" in line:
            return [name.strip() for name in line[line.index("{") + 1 : line.index("}")].split(",")]
        if words and words[0].lower() == "@data":
            return None


def convert(features, folder, *flags):
    out = pathlib.Path(folder) / "out"
    words = [program, "convert", "--features", str(features), "--output", str(out), "--overwrite", "--batch-size", "64"]
    run = subprocess.run([*words, *flags], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    manifest = json.loads((out / "manifest.json").read_text())
    series, labels = [], []
    for entry in manifest["batches"]:
        t = safetensors.numpy.load_file(out / entry["file"])
        for i, length in enumerate(t["lengths"]):
            steps = t["featuresMask"][i].astype(bool)
            assert steps.sum() == length
            series.append(t["features"][i][:, steps])
            assert t["labelsMask"][i].sum() == 1 and t["labelsMask"][i][steps][-1] == 1, "the label is at the last step"
            labels.append(t["labels"][i][:, t["labelsMask"][i].astype(bool)][:, 0])
    return series, labels, manifest


def compare(path, features, folder, *flags):
    """Compares what both read; returns the numbers of series and values."""
    x, y = load(path)
    series, labels, manifest = convert(features, folder, *flags)
    assert len(series) == len(x), (len(series), len(x))
    for i, (own, other) in enumerate(zip(series, x)):
        if flags:
            # Missing values were filled with the value before, or with the first one.
            other = other.copy()
            for row in other:
                last = row[~np.isnan(row)][0]
                for t in range(len(row)):
                    last = row[t] = last if np.isnan(row[t]) else row[t]
        assert own.shape == other.shape, (i, own.shape, other.shape)
        assert own.tobytes() == other.tobytes(), f"{features}: series {i} differs"
    names = classes_of(path)
    for i, (own, other) in enumerate(zip(labels, y)):
        if names is None:
            assert own.tobytes() == np.float32(other).tobytes(), (i, own, other)
        else:
            assert own.sum() == 1 and len(own) == len(names)
            # aeon reads in lower case.
            assert names[int(own.argmax())].lower() == str(other).lower(), (i, own, other)
    if names is not None:
        assert manifest["labels"]["names"] == names, (manifest["labels"], names)
    return len(x), sum(s.size for s in x)


def random_file(path, rng):
    """Writes a random .ts file; returns the flags that read it."""
    n, c = int(rng.integers(1, 12)), int(rng.integers(1, 4))
    equal, missing, numbers = rng.integers(0, 2, 3).astype(bool)
    length = int(rng.integers(2, 30))
    names = ["b", "a", "Walk", "10"][: int(rng.integers(2, 5))]
    text = f"# a comment\n@problemName random\n@timeStamps false\n@missing {str(missing).lower()}\n"
    text += f"@univariate {str(c == 1).lower()}\n" + (f"@dimensions {c}\n" if c > 1 and rng.integers(0, 2) else "")
    text += f"@equalLength {str(equal).lower()}\n" + (f"@seriesLength {length}\n" if equal else "")
    text += "@targetLabel true\n" if numbers else f"@classLabel true {' '.join(names)}\n"
    text += "@data\n"
    for _ in range(n):
        steps = length if equal else int(rng.integers(2, 30))
        rows = []
        for _ in range(c):
            cells = [repr(float(v)) for v in rng.normal(size=steps) * 10.0 ** rng.integers(-8, 9)]
            if missing:
                for t in range(1, steps):
                    if rng.random() < 0.2:
                        cells[t] = ["?", "NaN"][int(rng.integers(0, 2))]
            rows.append(",".join(cells))
        label = repr(float(rng.normal())) if numbers else names[int(rng.integers(0, len(names)))]
        text += ":".join(rows + [label]) + "\n"
    path.write_text(text)
    return ["--transform", "fill:rule=forward"] if missing else []


def main():
    folders = [pathlib.Path(aeon.__file__).parent / "datasets" / "data"] + [pathlib.Path(p) for p in sys.argv[2:]]
    files = sorted(p for folder in folders for kind in ("ts", "arff") for p in folder.rglob(f"*.{kind}"))
    series = values = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for path in files:
            if "TimeStamps" in path.name:
                run = subprocess.run(
                    [program, "convert", "--features", str(path), "--output", str(folder / "no")], capture_output=True, text=True)
                assert run.returncode == 1 and ":5:13: values with timestamps" in run.stderr, run.stderr
                print(f"{path.name}: rejected: {run.stderr.strip()}")
                continue
            missing = any("?" in line or "NaN" in line for line in path.read_text().split("@data")[-1].splitlines())
            flags = ["--transform", "fill:rule=forward"] if missing else []
            began = time.time()
            n, v = compare(path, path, folder, *flags)
            packed = folder / (path.name + ".gz")
            packed.write_bytes(gzip.compress(path.read_bytes(), 1))
            compare(path, packed, folder, *flags)
            packed.unlink()
            with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(path, "in/" + path.name)
            compare(path, f"{folder}/a.zip:in/{path.name}", folder, *flags)
            series, values, compared = series + n, values + v, compared + 1
            print(f"{path.name}: {n} series, {v} values equal ({time.time() - began:.1f} s)")
        rng = np.random.default_rng(5)
        for number in range(60):
            path = folder / f"random_{number}.ts"
            flags = random_file(path, rng)
            n, v = compare(path, path, folder, *flags)
            series, values = series + n, values + v
    print(f"{compared} files of aeon and 60 random ones: {series} series, {values} values, all equal")


main()
