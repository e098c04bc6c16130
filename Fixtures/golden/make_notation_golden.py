"""Writes notations.json: files in many notations and layouts, and the numbers that pandas reads in them.

    python Fixtures/golden/make_notation_golden.py

It needs pandas. The output is the same every time."""
import base64, csv, io, json, os, warnings
import numpy as np
import pandas as pd

random = np.random.default_rng(20)
warnings.simplefilter("ignore")  # later versions of pandas round so by default, and warn of the option
cases = []


def number(value, decimal, thousands, digits):
    text = f"{value:,.{digits}f}" if thousands else f"{value:.{digits}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands or "")


def table(rows, columns, scale): return random.normal(size=(rows, columns)) * scale


def add(name, text, frame, notation, encoding="utf-8"):
    """A file of one series with a header: all columns are numbers."""
    cases.append({"name": name, "bytes": base64.b64encode(text.encode(encoding)).decode(), "notation": notation,
                  "columns": list(frame.columns), "values": [[None if np.isnan(v) else float(v) for v in row] for row in frame.to_numpy(float)]})


def read(text, encoding="utf-8", **options):
    return pd.read_csv(io.BytesIO(text.encode(encoding)), encoding=encoding, float_precision="round_trip", **options)


for decimal, thousands, delimiter in [(",", None, ";"), (",", ".", ";"), (",", ".", "\t"), (",", " ", ";"), (".", ",", ","), (".", "'", ";"), (",", "'", "|")]:
    for encoding in "utf-8", "latin1", "cp1252", "utf-16":
        rows = table(12, 3, 10.0 ** random.integers(1, 7))
        lines = [delimiter.join(["Zähler", "b", "c"])]
        for row in rows:
            cells = [number(v, decimal, thousands, int(random.integers(0, 5))) for v in row]
            lines.append(delimiter.join(f'"{c}"' if delimiter in c or random.random() < 0.3 else c for c in cells))
        text = "\r\n".join(lines) + "\r\n"
        frame = read(text, encoding, sep=delimiter, decimal=decimal, thousands=thousands)
        more = {"thousands": thousands} if thousands else {}
        name = {"latin1": "iso-8859-1", "cp1252": "windows-1252"}.get(encoding, encoding)
        add(f"{delimiter!r} {decimal} {thousands} {encoding}", text, frame, {"delimiter": delimiter, "decimal": decimal, "encoding": name, **more}, encoding)

# Columns that are aligned by blanks, as numpy.savetxt and C-MAPSS write them: blanks at the ends of lines too.
for form in "%14.6e", "%8.3f", "%d":
    rows = table(10, 4, 1000)
    gaps = [" ", "  ", "\t", " \t  "]
    lines = ["  ".join("abcd")]
    for row in rows:
        cells = [form % v for v in row]
        lines.append(" " * int(random.integers(0, 3)) + "".join(c + gaps[int(random.integers(0, 4))] for c in cells))
    text = "\n".join(lines) + "\n"
    add(f"blanks {form}", text, read(text, sep=r"\s+", index_col=False), {"delimiter": "space"})

# A quote is a character like others: inches in a name.
text = 'a"b,c\n1,2\n3.5,-4e2\n'
add("no quotes", text, read(text, quoting=csv.QUOTE_NONE), {"quotes": "none"})

here = os.path.dirname(os.path.abspath(__file__))

# Layouts: rows of series in any order, keys of two columns, series in rows.
groups = []
for number_of in range(4):
    count = 40
    frame = pd.DataFrame({"user": random.choice(["a", "b/c", "b"], count), "session": random.choice(["x", "c/x", "1"], count),
                          "value": np.round(random.normal(size=count) * 100, 3)})
    text = frame.to_csv(index=False)
    series = [{"key": list(key), "values": group.value.tolist()} for key, group in frame.groupby(["user", "session"], sort=False)]
    alone = [{"key": [key], "values": group.value.tolist()} for key, group in frame.groupby("user", sort=False)]
    groups.append({"text": text, "both": series, "user": alone})

wide = []
for channels in 1, 2, 3:
    for delimiter in ",", "\t":
        steps, rows = 5, 8
        values = np.round(random.normal(size=(rows, channels, steps)), 4)
        lengths = random.integers(1, steps + 1, rows)
        labels = random.integers(1, 4, rows)
        for row, length in enumerate(lengths): values[row, :, length:] = np.nan
        form = ["", "NaN"][int(random.integers(0, 2))]
        lines = [delimiter.join([str(labels[row])] + [form if np.isnan(v) else repr(float(v)) for v in values[row].ravel()]) for row in range(rows)]
        text = "\n".join(lines) + "\n"
        frame = pd.read_csv(io.StringIO(text), sep=delimiter, header=None, float_precision="round_trip")
        array = frame.iloc[:, 1:].to_numpy(float).reshape(rows, channels, steps)
        series = []
        for row in range(rows):
            present = np.flatnonzero(~np.isnan(array[row]).all(axis=0))
            series.append(array[row, :, :present[-1] + 1].T.tolist())
        wide.append({"text": text, "delimiter": delimiter, "channels": channels, "labels": frame[0].tolist(), "series": series})

with open(os.path.join(here, "notations.json"), "w") as file:
    json.dump({"cases": cases, "groups": groups, "wide": wide}, file, indent=None, separators=(",", ":"))
    file.write("\n")
