"""Prints the folds of scikit-learn that ChronologicalSplitTests compares with: make_folds.py (pip install scikit-learn)."""
import numpy as np
from sklearn.model_selection import GroupKFold, TimeSeriesSplit

for count, gap in [(12, 0), (14, 0), (14, 2), (7, 1)]:
    folds = TimeSeriesSplit(n_splits=3, gap=gap).split(np.zeros((count, 1)))
    print(count, gap, [(f"{a[0]}..<{a[-1] + 1}", f"{b[0]}..<{b[-1] + 1}") for a, b in folds])
groups = np.array(list("aabcccdeef"))
folds = np.zeros(len(groups), int)
for number, (_, test) in enumerate(GroupKFold(n_splits=3).split(groups, groups=groups)):
    folds[test] = number
print(folds.tolist())
