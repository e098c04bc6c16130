"""Later epochs from numpy.memmap: the values of all series one after the other, pad_sequence, masks, one-hot labels.

memmap.py --data DIR --count N --threads 1|2"""

import argparse
import os

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

import readers
from side import serve
from torch_files import collate_series


def build(data, count):
    """Parses the files once."""
    read = readers.reader("pyarrow", 20)
    series = [read(f"{data}/directory/f_{index}.csv") for index in range(count)]
    np.concatenate(series).tofile(f"{data}/values-{count}.f32")
    labels = [int(open(f"{data}/directory/l_{index}.csv").read()) for index in range(count)]
    np.savez(
        f"{data}/offsets-{count}.npz", offsets=np.cumsum([0, *(len(one) for one in series)]), labels=labels)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--threads", type=int, default=1)
    flags = parser.parse_args()
    torch.set_num_threads(flags.threads)
    if not os.path.exists(f"{flags.data}/offsets-{flags.count}.npz"):
        build(flags.data, flags.count)
    index = np.load(f"{flags.data}/offsets-{flags.count}.npz")
    offsets, labels = index["offsets"].tolist(), index["labels"].tolist()
    mapped = np.memmap(f"{flags.data}/values-{flags.count}.f32", np.float32, mode="r+").reshape(-1, 20)
    # One tensor over the mapping; its slices are views.
    values = torch.from_numpy(mapped)

    def run():
        total = 0
        for first in range(0, flags.count, 32):
            rows = range(first, min(first + 32, flags.count))
            batch = collate_series([(values[offsets[row] : offsets[row + 1]], labels[row]) for row in rows])
            total += int(batch[2].sum() + batch[3].sum())
        return total

    serve(run)


if __name__ == "__main__":
    main()
