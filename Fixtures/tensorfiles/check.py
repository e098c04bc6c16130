"""Reads, with numpy, safetensors and torch, what Timestep's tests write; prints one line a file.

    python3 Fixtures/tensorfiles/check.py

The other direction of `make.py`: it runs the test that writes for other programs, then compares every array.
"""

import os
import pathlib
import subprocess
import tempfile

import numpy as np
import safetensors
import safetensors.numpy
import safetensors.torch

expected = {
    "features": (np.arange(24, dtype=np.float32) / 2).reshape(2, 3, 4),
    "doubles": np.array([[0.1, -2.5], [1e300, np.pi]]),
    "lengths": np.array([4, -(2**62)], dtype=np.int64),
    "bytes": np.array([0, 127, 255], dtype=np.uint8),
    "flags": np.array([True, False, True]),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "scalar": np.array(7, dtype=np.float32),
    "\u00fc \"q\" \\": np.array([1.5], dtype=np.float32),
}


def check(name, found):
    assert sorted(found) == sorted(expected), (name, sorted(found))
    for key, array in expected.items():
        assert found[key].dtype == array.dtype, (name, key, found[key].dtype)
        assert found[key].shape == array.shape, (name, key, found[key].shape)
        assert np.array_equal(found[key], array), (name, key)
    print(f"{name}: {len(found)} arrays as expected")


with tempfile.TemporaryDirectory() as directory:
    subprocess.run(
        ["swift", "test", "--filter", "writesForOtherPrograms"],
        cwd=pathlib.Path(__file__).parents[2],
        env={**os.environ, "TIMESTEP_PEER_FILES": directory},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    at = pathlib.Path(directory)
    for order in ("c", "f", "timeMajor"):
        path = at / f"{order}.safetensors"
        check(path.name, safetensors.numpy.load_file(path))
        check(path.name + " (torch)", {k: v.numpy() for k, v in safetensors.torch.load_file(path).items()})
        with np.load(at / f"{order}.npz") as arrays:
            check(f"{order}.npz", dict(arrays))
        assert np.array_equal(np.load(at / f"{order}.npy"), expected["features"])
    subprocess.run(["python3", "-m", "zipfile", "-t", at / "c.npz"], check=True)
    with safetensors.safe_open(at / "notes.safetensors", "np") as file:
        assert file.metadata() == {"b": "tab\t\"quote\" \\ \u00fc \x01", "a": ""}, file.metadata()
        assert list(file.keys()) == []
