"""polars, pyarrow or pandas file by file into numpy batches, on one thread or on a pool of two.

by_file.py --data DIR --count N --reader NAME --threads 1|2 [--compressed yes]"""

import argparse
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import readers
from side import serve

CLASSES, COLUMNS = 10, 20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--reader", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compressed")
    flags = parser.parse_args()
    read = readers.reader(flags.reader, COLUMNS)
    folder = f"{flags.data}/directory"
    name = f"{flags.data}/compressed/f_%d.csv.gz" if flags.compressed else f"{folder}/f_%d.csv"

    def batch(first):
        indices = range(first, min(first + 32, flags.count))
        features = [read(name % index) for index in indices]
        lengths = np.array([len(series) for series in features])
        padded = np.zeros((len(features), lengths.max(), COLUMNS), np.float32)
        labels = np.zeros((len(features), lengths.max(), CLASSES), np.float32)
        labels_mask = np.zeros(padded.shape[:2], bool)
        for row, index in enumerate(indices):
            padded[row, : lengths[row]] = features[row]
            with open(f"{folder}/l_{index}.csv") as file:
                labels[row, lengths[row] - 1, int(file.read())] = 1
            labels_mask[row, lengths[row] - 1] = True
        return padded, labels, np.arange(padded.shape[1]) < lengths[:, None], labels_mask

    pool = ThreadPoolExecutor(flags.threads) if flags.threads > 1 else None

    def run():
        batches = (pool.map if pool else map)(batch, range(0, flags.count, 32))
        return sum(int(mask.sum() + labels_mask.sum()) for _, _, mask, labels_mask in batches)

    serve(run)


if __name__ == "__main__":
    main()
