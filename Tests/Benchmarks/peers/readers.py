"""One CSV file to a float32 array [T, columns], in each library's own way, with the options that make it faster."""

import numpy as np


def loadtxt(columns):
    return lambda path: np.loadtxt(path, delimiter=",", dtype=np.float32, ndmin=2)


def genfromtxt(columns):
    return lambda path: np.genfromtxt(path, delimiter=",", dtype=np.float32)


def pandas(columns):
    import pandas as pd

    types = {index: np.float32 for index in range(columns)}
    return lambda path: pd.read_csv(path, header=None, dtype=types, engine="c").to_numpy()


def pyarrow(columns):
    import pyarrow as pa
    from pyarrow import csv

    names = [str(index) for index in range(columns)]
    # One thread per file: a file of 18 KB is one block.
    read = csv.ReadOptions(column_names=names, use_threads=False)
    convert = csv.ConvertOptions(column_types={name: pa.float32() for name in names})

    def reader(path):
        table = csv.read_csv(path, read_options=read, convert_options=convert)
        return np.stack([column.to_numpy() for column in table.columns], axis=1)

    return reader


def polars(columns):
    import polars as pl

    schema = {str(index): pl.Float32 for index in range(columns)}
    return lambda path: pl.read_csv(path, has_header=False, schema=schema).to_numpy()


def reader(name, columns):
    """The reader called `name`, of files with the given number of columns."""
    return {
        "loadtxt": loadtxt, "genfromtxt": genfromtxt, "pandas": pandas, "pyarrow": pyarrow, "polars": polars
    }[name](columns)
