r"""Predictions that are NaN: a model whose weights are finite, but too large to multiply."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
r = timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--hidden", "4", "--updater", "adagrad", "--learning-rate", "3e38", "--batch-size", "64", "--epochs", "1",
             "--model", "m.st")
if r.crashed: short("train: " + r.brief)
if r.refused: ok("train refuses: " + r.said[-150:])
p = timestep("predict", "--model", "m.st", stdin=b"1,2\n3,4\n-1,5\n")
e = timestep("evaluate", "--model", "m.st", "--features", "f_%d.csv", "--labels", "y_%d.csv")
if p.crashed: short("predict: " + p.brief)
if "nan" not in p.out.lower() and "inf" not in p.out.lower(): ok("predict gives no NaN: " + p.brief)
if p.code == 0: short(f"train --updater adagrad --learning-rate 3e38 writes a model (exit 0); predict prints {p.out.split()[0]} and exits with 0, while evaluate refuses the same ({e.brief[:110]}); right: exit 1 and a message, as evaluate does")
short(f"predict says so (exit {p.code}) but prints NaN as a prediction")
