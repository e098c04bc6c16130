"""Checks what `timestep convert` writes against an independent conversion with numpy.

    python check_convert.py PATH/TO/timestep

Random directories of CSV sequences are converted by the program, and again here, file by file, with numpy.loadtxt.
What safetensors and numpy read back must be equal, bit for bit: every alignment, features shorter and longer than
labels, one-hot and regression, one file with both, no labels, both layouts, both formats.
"""

import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import safetensors.numpy

CLASSES = 4
BATCH = 4


def write(path, rows):
    """Writes rows of numbers as CSV."""
    path.write_text("".join(",".join(repr(float(v)) for v in row) + "\n" for row in rows))


def make(folder, rng, feature_lengths, label_lengths, regression):
    """Writes features with 3 columns, and labels with 2 columns (regression) or one class; returns both as arrays."""
    features, labels = [], []
    for index, (f, l) in enumerate(zip(feature_lengths, label_lengths)):
        x = rng.normal(size=(f, 3)).astype(np.float32)
        y = rng.normal(size=(l, 2)).astype(np.float32) if regression else rng.integers(0, CLASSES, size=(l, 1))
        write(folder / f"x_{index}.csv", x)
        write(folder / f"y_{index}.csv", y)
        features.append(np.loadtxt(folder / f"x_{index}.csv", delimiter=",", dtype=np.float32, ndmin=2))
        labels.append(np.loadtxt(folder / f"y_{index}.csv", delimiter=",", dtype=np.float32, ndmin=2))
    return features, labels


def one_hot(column):
    """Class numbers [T, 1] as [T, CLASSES]."""
    return np.eye(CLASSES, dtype=np.float32)[column[:, 0].astype(int)]


def expected(features, labels, align):
    """The batch as [N, C, T] arrays, masks and lengths."""
    n = len(features)
    steps = max(len(s) for s in features + (labels or []))
    x = np.zeros((n, features[0].shape[1], steps), np.float32)
    xm = np.zeros((n, steps), np.float32)
    y = np.zeros((n, labels[0].shape[1], steps), np.float32) if labels else None
    ym = np.zeros((n, steps), np.float32)
    for i in range(n):
        f, l = len(features[i]), len(labels[i]) if labels else 0
        end = max(f, l)
        fs, ls = (end - f, end - l) if align == "end" else (0, 0)
        x[i, :, fs : fs + f] = features[i].T
        xm[i, fs : fs + f] = 1
        if labels:
            y[i, :, ls : ls + l] = labels[i].T
            ym[i, ls : ls + l] = 1
    return x, y, xm, ym, np.array([len(s) for s in features], np.int64)


def load(path):
    """Every array of a safetensors or npz file."""
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            return dict(arrays)
    return safetensors.numpy.load_file(path)


def check(program, folder, name, flags, features, labels, align, layout, form):
    """Converts with the program and compares every batch."""
    output = folder / f"out-{name}"
    command = [program, "convert", *flags, "--align", align, "--batch-size", str(BATCH), "--layout", layout,
               "--format", form, "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    manifest = json.loads((output / "manifest.json").read_text())
    assert manifest["version"] == 1 and manifest["layout"] == layout and manifest["alignment"] == align
    assert len(manifest["sources"]) == len(features)
    batches = range(0, len(features), BATCH)
    assert len(manifest["batches"]) == len(batches)
    files = sorted(p.name for p in output.iterdir())
    assert files == sorted([b["file"] for b in manifest["batches"]] + ["manifest.json"]), files
    for entry, start in zip(manifest["batches"], batches):
        part = slice(start, start + BATCH)
        x, y, xm, ym, lengths = expected(features[part], labels[part] if labels else None, align)
        if layout == "NTC":
            x, y = x.transpose(0, 2, 1), y.transpose(0, 2, 1) if labels else None
        found = load(output / entry["file"])
        assert (entry["examples"], entry["steps"]) == xm.shape
        wanted = {"features": x, "featuresMask": xm, "lengths": lengths}
        if labels:
            wanted |= {"labels": y, "labelsMask": ym}
        assert set(found) == set(wanted), (set(found), set(wanted))
        for key, value in wanted.items():
            assert found[key].dtype == value.dtype and found[key].shape == value.shape, (name, key)
            assert np.array_equal(found[key], value), (name, key, found[key], value)


def main():
    """Runs every combination."""
    program = sys.argv[1]
    rng = np.random.default_rng(7)
    count = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        n = 10
        lengths = {
            "equal": ([5] * n, [5] * n),
            "longer": (rng.integers(6, 12, n), rng.integers(1, 6, n)),
            "shorter": (rng.integers(1, 6, n), rng.integers(6, 12, n)),
            "mixed": (rng.integers(1, 9, n), rng.integers(1, 9, n)),
        }
        for (kind, (fl, ll)), regression in itertools.product(lengths.items(), [False, True]):
            folder = scratch / f"{kind}-{regression}"
            folder.mkdir()
            features, labels = make(folder, rng, fl, ll, regression)
            encoded = labels if regression else [one_hot(l) for l in labels]
            data = ["--features", f"{folder}/x_%d.csv", "--labels", f"{folder}/y_%d.csv"]
            data += ["--regression"] if regression else ["--classes", str(CLASSES)]
            for align in ["equal"] if kind == "equal" else ["start", "end"]:
                for layout, form in itertools.product(["NCT", "NTC"], ["safetensors", "npz"]):
                    name = f"{align}-{layout}-{form}"
                    check(program, folder, name, data, features, encoded, align, layout, form)
                    count += 1
            # Without labels, and with the last feature column as a regression label.
            only = ["--features", f"{folder}/x_%d.csv"]
            check(program, folder, "none", only, features, None, "start", "NCT", "safetensors")
            check(program, folder, "column", [*only, "--label-column", "2", "--regression"],
                  [f[:, :2] for f in features], [f[:, 2:] for f in features], "end", "NTC", "npz")
            count += 2
    print(f"{count} conversions equal numpy's")


main()
