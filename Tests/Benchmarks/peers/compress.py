"""Compresses the feature files of DIR/directory with gzip, into DIR/compressed.

compress.py DIR"""

import glob
import gzip
import os
import sys


def main():
    data = sys.argv[1]
    os.makedirs(f"{data}/compressed", exist_ok=True)
    for path in glob.glob(f"{data}/directory/f_*.csv"):
        with open(path, "rb") as file:
            text = file.read()
        # Without a time, so that the bytes are the same every time.
        with open(f"{data}/compressed/{os.path.basename(path)}.gz", "wb") as file:
            file.write(gzip.compress(text, compresslevel=6, mtime=0))


if __name__ == "__main__":
    main()
