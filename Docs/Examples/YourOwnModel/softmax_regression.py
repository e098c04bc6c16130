"""Softmax regression on the mean of a series so far, in plain Python: the substitute where PyTorch is not installed."""

from array import array
from math import exp, log

import messages


class SoftmaxRegression:
    def __init__(self, inputs, outputs, seed):
        # One list per class: a weight for every column, then the bias. All begin at 0, so the seed has no effect.
        self.weights = [[0.0] * (inputs + 1) for _ in range(outputs)]

    def output(self, batch):
        """Returns probabilities [N, classes, T], 0 at absent steps."""
        count, steps, _ = batch["features"].shape
        output = array("f", bytes(4 * count * len(self.weights) * steps))
        for row, step, inputs, _ in cells(batch):
            for label, value in enumerate(self.probabilities(inputs)):
                output[(row * len(self.weights) + label) * steps + step] = value
        return messages.Tensor("F32", [count, len(self.weights), steps], output.tobytes())

    def score(self, batch):
        return {"sum": repr(sum(self.loss(inputs, labels) for _, _, inputs, labels in cells(batch) if labels))}

    def fit(self, batch):
        slope = [[0.0] * len(row) for row in self.weights]
        total = 0.0
        for _, _, inputs, labels in cells(batch):
            if labels:
                total += self.loss(inputs, labels)
                for row, p, label in zip(slope, self.probabilities(inputs), labels):
                    for column, value in enumerate(inputs):
                        row[column] += (p - label) * value
        for row, change in zip(self.weights, slope):
            for column, value in enumerate(change):
                row[column] -= 0.5 * value / batch["features"].shape[0]
        return {"sum": repr(total)}

    def probabilities(self, inputs):
        logits = [sum(w * x for w, x in zip(row, inputs)) for row in self.weights]
        powers = [exp(logit - max(logits)) for logit in logits]
        return [power / sum(powers) for power in powers]

    def loss(self, inputs, labels):
        return -sum(y * log(max(p, 1e-30)) for y, p in zip(labels, self.probabilities(inputs)) if y)


def cells(batch):
    """Yields every present step: row, step, the means of the columns so far followed by a 1, and its labels, if any."""
    count, steps, columns = batch["features"].shape
    features, mask = (batch[name].bytes.cast("f") for name in ("features", "featuresMask"))
    labels, labelled = [], [0] * (count * steps)
    if "labels" in batch:
        labels, labelled = (batch[name].bytes.cast("f") for name in ("labels", "labelsMask"))
    for row in range(count):
        sums, seen = [0.0] * columns, 0
        for step in range(steps):
            cell = row * steps + step
            if mask[cell]:
                seen += 1
                values = features[cell * columns:(cell + 1) * columns]
                sums = [total + value for total, value in zip(sums, values)]
            if mask[cell] or labelled[cell]:
                size = len(labels) // (count * steps)
                there = list(labels[cell * size:(cell + 1) * size]) if labelled[cell] else None
                yield row, step, [total / max(seen, 1) for total in sums] + [1.0], there
