"""Writes evaluation.json with scikit-learn and numpy. See README.md.

    python Fixtures/golden/make_evaluation_golden.py          (scikit-learn 1.9, numpy, scipy)

Figures come from sklearn.metrics where it has them, otherwise from their definitions written out with numpy. The
area under the interpolated precision-recall curve is integrated numerically by scipy, segment by segment.
"""

import json
import math
import pathlib
import warnings

import numpy as np
import scipy.integrate
import sklearn
from sklearn import metrics

HERE = pathlib.Path(__file__).resolve().parent
ABSENT = 99.0  # what masked cells of labels and predictions hold; no figure may depend on it
EDGES = [0.0, 0.13, 0.31, 0.5001, 0.77, 1.0]  # no prediction lies on an inner edge

warnings.filterwarnings("ignore")  # 0/0 is what several cases are about


def number(value):
    """A float for JSON; None for 0/0."""
    return None if value is None or math.isnan(value) else float(value)


def against_others(actual, predicted, score):
    """The figures of a class: `actual` and `predicted` are yes or no, `score` ranks."""
    tn, fp, fn, tp = metrics.confusion_matrix(actual, predicted, labels=[0, 1]).ravel().astype(float)
    nan = float("nan")
    ratio = lambda a, b: a / b if b else nan
    options = {"zero_division": nan, "pos_label": 1, "labels": [0, 1]}
    # sklearn calls correlations with a constant 0; Timestep says there is none.
    constant = len(set(actual)) < 2 or len(set(predicted)) < 2
    precision = metrics.precision_score(actual, predicted, **options)
    recall = metrics.recall_score(actual, predicted, **options)
    both = 0 < sum(actual) < len(actual)
    figures = {
        "counts": [tp, fp, fn, tn],
        "accuracy": metrics.accuracy_score(actual, predicted),
        "precision": precision,
        "recall": recall,
        "f1": metrics.f1_score(actual, predicted, **options),
        "f2": metrics.fbeta_score(actual, predicted, beta=2, **options),
        "fHalf": metrics.fbeta_score(actual, predicted, beta=0.5, **options),
        "gMeasure": math.sqrt(precision * recall) if precision == precision and recall == recall else nan,
        "matthews": nan if constant else metrics.matthews_corrcoef(actual, predicted),
        "falsePositiveRate": ratio(fp, fp + tn),
        "falseNegativeRate": ratio(fn, fn + tp),
        "area": metrics.roc_auc_score(actual, score) if both else nan,
        "averagePrecision": metrics.average_precision_score(actual, score) if sum(actual) else nan,
        "interpolatedArea": interpolated_area(actual, score) if sum(actual) else nan,
    }
    result = {key: value if key == "counts" else number(value) for key, value in figures.items()}
    if both:
        fpr, tpr, thresholds = metrics.roc_curve(actual, score, drop_intermediate=False)
        result["curve"] = [[float(x) for x in row] for row in zip(thresholds[1:], fpr[1:], tpr[1:])]
        precisions, recalls, thresholds = metrics.precision_recall_curve(actual, score)
        rows = zip(thresholds[::-1], recalls[-2::-1], precisions[-2::-1])
        result["precisionRecall"] = [[float(x) for x in row] for row in rows]
    return result


def interpolated_area(actual, score):
    """Davis and Goadrich: between thresholds false positives are linear in true positives."""
    area, before = 0.0, (0, 0)
    for threshold in sorted(set(score), reverse=True):
        chosen = np.asarray(score) >= threshold
        tp, fp = int(np.sum(chosen & (actual == 1))), int(np.sum(chosen & (actual == 0)))
        (tp0, fp0) = before
        if tp > tp0:
            def precision(x):
                alarms = fp0 + (fp - fp0) * (x - tp0) / (tp - tp0)
                # At no prediction at all, the precision of the first threshold.
                return x / (x + alarms) if x + alarms else tp / (tp + fp)
            area += scipy.integrate.quad(precision, tp0, tp, epsabs=1e-13, epsrel=1e-13)[0]
        before = (tp, fp)
    return area / np.sum(actual == 1)


def reliability(probability, truth):
    """ECE, MCE, Brier score and bins between EDGES."""
    bins = np.clip(np.searchsorted(EDGES, probability, side="right") - 1, 0, len(EDGES) - 2)
    rows, gaps = [], []
    for index in range(len(EDGES) - 1):
        inside = bins == index
        count = int(inside.sum())
        mean = float(probability[inside].mean()) if count else None
        share = float(truth[inside].mean()) if count else None
        rows.append([count, mean, share])
        if count:
            gaps.append((count / len(truth), abs(share - mean)))
    return {
        "bins": rows,
        "expected": sum(weight * gap for weight, gap in gaps),
        "maximum": max(gap for _, gap in gaps),
        "brier": float(metrics.mean_squared_error(truth, probability)),
    }


def case(name, random, classes, n, t, present, levels=None, absent_classes=(), columns=None):
    """Labels of `classes` classes, informative predictions; `columns` 1: two classes in one column."""
    allowed = [k for k in range(classes) if k not in absent_classes]
    actual = random.choice(allowed, (n, t))
    logits = random.normal(0, 1, (n, classes, t)) + 1.2 * (np.arange(classes)[None, :, None] == actual[:, None, :])
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    if levels:
        probabilities = np.round(probabilities * levels) / levels
    labels = (np.arange(classes)[None, :, None] == actual[:, None, :]).astype(np.float32)
    if columns == 1:
        labels, probabilities = labels[:, 1:], probabilities[:, 1:]
    predictions = probabilities.astype(np.float32)
    mask = (random.random((n, t)) < present).astype(int)
    mask[0] = 1
    steps = np.argwhere(mask)
    truth = np.array([actual[i, s] for i, s in steps])
    rows = np.array([predictions[i, :, s] for i, s in steps], dtype=np.float64)
    if columns == 1:
        rows = np.concatenate([1 - rows, rows], axis=1)
        chosen = (rows[:, 1] >= 0.5).astype(int)
    else:
        chosen = rows.argmax(1)
    top = rows.argmax(1)
    everyone = list(range(classes))
    expected = {
        "accuracy": metrics.accuracy_score(truth, chosen),
        "matthews": metrics.matthews_corrcoef(truth, chosen),
        "confusion": metrics.confusion_matrix(truth, chosen, labels=everyone).tolist(),
        "macro": [
            number(score(truth, chosen, average="macro", labels=everyone, zero_division=float("nan")))
            for score in (metrics.precision_score, metrics.recall_score, metrics.f1_score)
        ],
        # Ties are broken against the model here, and in no way at all by sklearn.
        "top2": None if levels or classes < 3 else metrics.top_k_accuracy_score(truth, rows, k=2, labels=everyone),
        "classes": [
            against_others((truth == k).astype(int), (chosen == k).astype(int), rows[:, k]) for k in everyone
        ],
        "reliability": [reliability(rows[:, k], (truth == k).astype(float)) for k in everyone],
        "topLabel": reliability(rows.max(1), (top == truth).astype(float)),
        "brierSum": float(np.mean(((rows - np.eye(classes)[truth]) ** 2).sum(1))),
    }
    hidden = np.repeat(mask[:, None, :] == 0, labels.shape[1], axis=1)
    return {
        "name": name,
        "classes": classes,
        "shape": list(labels.shape),
        "labels": np.where(hidden, ABSENT, labels).ravel().tolist(),
        "predictions": np.where(hidden, ABSENT, predictions).astype(float).ravel().tolist(),
        "mask": mask.ravel().tolist(),
        "expected": expected,
    }


def multi_label(random, columns, n, t):
    """Several yes-and-no columns with a threshold each."""
    labels = (random.random((n, columns, t)) < np.linspace(0.2, 0.7, columns)[None, :, None]).astype(np.float32)
    predictions = np.clip(0.45 * labels + random.random(labels.shape) * 0.6, 0, 1).astype(np.float32)
    thresholds = np.linspace(0.375, 0.625, columns).astype(np.float32)
    mask = (random.random((n, t)) < 0.7).astype(int)
    steps = np.argwhere(mask)
    truth = np.array([labels[i, :, s] for i, s in steps]).astype(int)
    rows = np.array([predictions[i, :, s] for i, s in steps])
    chosen = (rows >= thresholds).astype(int)
    hidden = np.repeat(mask[:, None, :] == 0, columns, axis=1)
    figures = [against_others(truth[:, k], chosen[:, k], rows[:, k].astype(float)) for k in range(columns)]
    return {
        "shape": list(labels.shape),
        "labels": np.where(hidden, ABSENT, labels).ravel().tolist(),
        "predictions": np.where(hidden, ABSENT, predictions).astype(float).ravel().tolist(),
        "mask": mask.ravel().tolist(),
        "thresholds": thresholds.astype(float).tolist(),
        "hammingLoss": metrics.hamming_loss(truth, chosen),
        "exactMatch": metrics.accuracy_score(truth, chosen),
        "microF1": metrics.f1_score(truth, chosen, average="micro"),
        "macroF1": metrics.f1_score(truth, chosen, average="macro"),
        "columns": [{k: v for k, v in row.items() if k not in ("curve", "precisionRecall")} for row in figures],
    }


def main():
    random = np.random.default_rng(20240611)
    cases = [
        case("one column", random, 2, 3, 7, 0.6, columns=1),
        case("one column with ties", random, 2, 4, 9, 0.8, levels=8, columns=1),
        case("two columns", random, 2, 5, 6, 0.7),
        case("three classes", random, 3, 6, 8, 0.7),
        case("five classes with ties", random, 5, 5, 9, 0.7, levels=6),
        case("four classes, one of which never occurs", random, 4, 4, 7, 0.9, absent_classes=(2,)),
    ]
    golden = {
        "source": f"scikit-learn {sklearn.__version__}",
        "edges": EDGES,
        "cases": cases,
        "multiLabel": multi_label(random, 4, 5, 8),
    }
    (HERE / "evaluation.json").write_text(json.dumps(golden, sort_keys=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
