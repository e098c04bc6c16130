"""One large CSV file into columns, and no more: no groups, no batches.

columns.py --data DIR --reader pandas|pandas-pyarrow|pyarrow|polars"""

import argparse

from side import serve

NAMES = ["id", *(f"c{index}" for index in range(20)), "class"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--reader", required=True)
    flags = parser.parse_args()
    path = f"{flags.data}/grouped.csv"
    if flags.reader.startswith("pandas"):
        import numpy as np
        import pandas as pd

        types = {name: np.float32 for name in NAMES[1:]}
        engine = "pyarrow" if flags.reader == "pandas-pyarrow" else "c"
        serve(lambda: len(pd.read_csv(path, engine=engine, dtype=types)))
    elif flags.reader == "pyarrow":
        import pyarrow as pa
        from pyarrow import csv

        convert = csv.ConvertOptions(
            column_types={name: pa.string() if name == "id" else pa.float32() for name in NAMES})
        serve(lambda: csv.read_csv(path, convert_options=convert).num_rows)
    else:
        import polars as pl

        schema = {name: pl.String if name == "id" else pl.Float32 for name in NAMES}
        serve(lambda: pl.read_csv(path, schema=schema).height)


if __name__ == "__main__":
    main()
