"""Writes the files next to it with numpy and safetensors, for Timestep's tests to read.

    python3 Fixtures/tensorfiles/make.py

The files are committed, so that the tests need no Python. Made with numpy 2.4.6 and safetensors 0.8.0.
"""

import pathlib

import numpy as np
from safetensors.numpy import save_file

here = pathlib.Path(__file__).parent

arrays = {
    "features": (np.arange(24, dtype=np.float32) / 2).reshape(2, 3, 4),
    "doubles": np.array([[0.1, -2.5], [1e300, np.pi]]),
    "lengths": np.array([4, -(2**62)], dtype=np.int64),
    "small": np.array([[1, -2, 3]], dtype=np.int32),
    "bytes": np.array([0, 127, 255], dtype=np.uint8),
    "flags": np.array([True, False, True]),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "scalar": np.array(7, dtype=np.float32),
}
save_file(
    {**arrays, "half": np.ones(2, dtype=np.float16)},
    here / "python.safetensors",
    metadata={"format": "np", "note": 'tabs\t, "quotes" and \u00fc'},
)
np.savez(here / "stored.npz", **arrays)
np.savez_compressed(here / "deflated.npz", **arrays)

f = np.asfortranarray(arrays["features"])
np.save(here / "fortran.npy", f)
np.save(here / "fortran_integers.npy", np.asfortranarray(np.arange(6, dtype=np.int64).reshape(2, 3)))
for version in (2, 3):
    with open(here / f"version{version}.npy", "wb") as file:
        np.lib.format.write_array(file, arrays["features"], version=(version, 0))
np.save(here / "big_endian.npy", arrays["features"].astype(">f4"))
np.save(here / "half.npy", arrays["features"].astype(np.float16))
np.save(here / "objects.npy", np.array([None, {}], dtype=object))
np.save(here / "records.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i8")]))
