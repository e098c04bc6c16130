"""One file with a series in every row, its class first, to the same batches, with pandas.

wide.py --data DIR --reader pandas|pandas-pyarrow"""

import argparse

import numpy as np
import pandas as pd

from side import serve

CLASSES, STEPS = 10, 200


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--reader", required=True)
    flags = parser.parse_args()
    path = f"{flags.data}/wide.csv"
    engine = "pyarrow" if flags.reader == "pandas-pyarrow" else "c"
    types = {0: np.int64} | {column: np.float32 for column in range(1, STEPS + 1)}

    def run():
        table = pd.read_csv(path, header=None, dtype=types, engine=engine)
        classes = table[0].to_numpy()
        values = table.drop(columns=0).to_numpy()
        steps = 0
        for first in range(0, len(values), 32):
            features = np.ascontiguousarray(values[first : first + 32, :, None])
            rows = np.arange(len(features))
            labels = np.zeros((len(features), STEPS, CLASSES), np.float32)
            labels[rows, -1, classes[first : first + 32]] = 1
            mask, labels_mask = np.ones(features.shape[:2], bool), np.zeros(features.shape[:2], bool)
            labels_mask[:, -1] = True
            steps += int(mask.sum() + labels_mask.sum())
        return steps

    serve(run)


if __name__ == "__main__":
    main()
