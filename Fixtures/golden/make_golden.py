"""Writes the golden files of this directory with PyTorch in double precision. See README.md.

    python Fixtures/golden/make_golden.py            (torch 2.13, numpy, safetensors)

Every number comes from torch's own operators and autograd. Where torch.nn.LSTM can do the case (no peepholes,
full or ragged batches), it computes the file; the written-out cell must agree with it, and computes the rest.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent
SWIFT_FILE = HERE.parent.parent / "Tests" / "NetworksTests" / "GoldenGaps.swift"

# Masked cells of features and labels hold this. No result may depend on it.
ABSENT = 99.0


class Network:
    """Sizes and parameters in Timestep's layout: column blocks a, f, i, o; peepholes f, i, o."""

    def __init__(self, inputs, layers, loss, l1=0.0, l2=0.0):
        """`layers`: pairs (kind, size), the last one of kind "output"."""
        self.inputs, self.layers, self.loss, self.l1, self.l2 = inputs, layers, loss, l1, l2
        self.parameters = {}

    def randomize(self, random):
        before = self.inputs
        for index, (kind, n) in enumerate(self.layers):
            if kind == "output":
                shapes = {"W": (before, n), "b": (n,)}
            else:
                shapes = {"W": (before, 4 * n), "R": (n, 4 * n), "b": (4 * n,)}
                if kind == "graves":
                    shapes["p"] = (3 * n,)
            for name, shape in shapes.items():
                values = torch.from_numpy(random.uniform(-0.8, 0.8, shape))
                self.parameters[f"layer{index}.{name}"] = values.requires_grad_()
            before = n

    def layer(self, index):
        """The parameters of a layer: W, R, b, p; p is None without peepholes."""
        return [self.parameters.get(f"layer{index}.{name}") for name in "WRbp"]

    def penalty(self):
        weights = [w for key, w in self.parameters.items() if key.endswith((".W", ".R"))]
        return sum(self.l1 * w.abs().sum() + self.l2 / 2 * (w * w).sum() for w in weights)


def select(mask, x):
    """`x` [N, C, T] where `mask` [N, T] is 1, and 0 elsewhere, whatever x holds there."""
    return torch.where(mask[:, None, :] > 0, x, torch.zeros((), dtype=x.dtype))


# MARK: recurrent layers


def written_out(network, index, x, steps, starts, state):
    """Layer `index` over x [N, C, T], cell by cell. Returns outputs [N, n, T] and the last state."""
    W, R, b, p = network.layer(index)
    n = R.shape[0]
    h, c = state
    outputs = []
    for t in range(x.shape[2]):
        start = starts[:, t, None] > 0
        h, c = h.masked_fill(start, 0.0), c.masked_fill(start, 0.0)
        a, f, i, o = (x[:, :, t] @ W + h @ R + b).split(n, dim=1)
        if p is not None:
            pf, pi, po = p.split(n)
            f, i = f + pf * c, i + pi * c
        new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(a)
        if p is not None:
            o = o + po * new_c
        new_h = torch.sigmoid(o) * torch.tanh(new_c)
        present = steps[:, t, None] > 0
        c = torch.where(present, new_c, c)
        h = torch.where(present, new_h, h)
        outputs.append(torch.where(present, new_h, torch.zeros_like(new_h)))
    return torch.stack(outputs, dim=2), (h, c)


def by_nn_lstm(network, index, x, lengths):
    """Layer `index` by torch.nn.LSTM over packed sequences, its weights views of ours.

    torch has [4n, inputs] in the row blocks i, f, g (our a), o, and two biases.
    """
    W, R, b, p = network.layer(index)
    assert p is None
    n = R.shape[0]

    def reordered(weights):
        a, f, i, o = weights.split(n, dim=-1)
        return torch.cat([i, f, a, o], dim=-1)

    half = reordered(b) / 2  # the two biases are summed
    weights = {
        "weight_ih_l0": reordered(W).T, "weight_hh_l0": reordered(R).T,
        "bias_ih_l0": half, "bias_hh_l0": half,
    }
    lstm = torch.nn.LSTM(W.shape[0], n, batch_first=True, dtype=torch.float64)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x.transpose(1, 2), lengths, batch_first=True, enforce_sorted=False)
    outputs, (h, c) = torch.func.functional_call(lstm, weights, (packed,))
    outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(
        outputs, batch_first=True, total_length=x.shape[2])
    return outputs.transpose(1, 2), (h[0], c[0])


# MARK: the whole network


def loss_of(network, z, labels):
    """The loss of each step, [N, T], by torch's own loss functions."""
    functional = torch.nn.functional
    if network.loss == "multiClassCrossEntropy":
        return functional.cross_entropy(z, labels, reduction="none")  # over axis 1; labels are probabilities
    if network.loss == "meanSquaredError":
        return functional.mse_loss(z, labels, reduction="none").mean(dim=1)
    return functional.binary_cross_entropy_with_logits(z, labels, reduction="none").sum(dim=1)


ACTIVATIONS = {
    "multiClassCrossEntropy": lambda z: torch.softmax(z, dim=1),
    "meanSquaredError": lambda z: z,
    "binaryCrossEntropy": torch.sigmoid,
}


def run(network, batch, use_nn=False):
    """Everything in a golden file except the batch and the parameters."""
    steps = torch.maximum(batch["featuresMask"], batch["labelsMask"])
    x = select(batch["featuresMask"], batch["features"])
    result = {}
    for index, (kind, n) in enumerate(network.layers[:-1]):
        if use_nn:
            x, state = by_nn_lstm(network, index, x, steps.sum(dim=1).long())
        else:
            zero = torch.zeros(x.shape[0], n, dtype=torch.float64)
            before = [batch.get(f"initialState.layer{index}.{name}", zero) for name in "hc"]
            x, state = written_out(network, index, x, steps, batch["seriesStarts"], before)
        result[f"activation.layer{index}"] = x
        result[f"state.layer{index}.h"], result[f"state.layer{index}.c"] = state
    last = len(network.layers) - 1
    z = torch.einsum("nkt,ko->not", x, network.parameters[f"layer{last}.W"])
    z = z + network.parameters[f"layer{last}.b"][:, None]
    result[f"activation.layer{last}"] = select(steps, ACTIVATIONS[network.loss](z))
    labels = select(batch["labelsMask"], batch["labels"])
    loss_sum = (loss_of(network, z, labels) * batch["labelsMask"]).sum()
    penalty = network.penalty() + torch.zeros((), dtype=torch.float64)
    score = loss_sum / x.shape[0] + penalty
    gradients = torch.autograd.grad(score, list(network.parameters.values()))
    for key, gradient in zip(network.parameters, gradients):
        result[f"gradient.{key}"] = gradient
    for name, value in [("lossSum", loss_sum), ("penalty", penalty), ("score", score)]:
        result[name] = value.reshape(1)
    return {key: value.detach() for key, value in result.items()}


# MARK: batches


def by_lengths(lengths, t, at_end=False):
    ranges = [range(t - length, t) if at_end else range(length) for length in lengths]
    return [[float(step in steps) for step in range(t)] for steps in ranges]


# Four rows of six steps each: features mask and labels mask.
MASKS = {
    "full": (by_lengths([6, 6, 6, 6], 6), by_lengths([6, 6, 6, 6], 6)),
    "ragged": (by_lengths([3, 6, 1, 4], 6), by_lengths([3, 6, 1, 4], 6)),
    # Some steps with features alone, some with labels alone, some with neither.
    "gaps": (
        [[1, 0, 1, 1, 0, 1], [0, 1, 0, 0, 1, 0], [1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 0, 1]],
        [[1, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 0], [0, 0, 1, 0, 0, 1], [1, 0, 0, 1, 0, 0]],
    ),
    "front": (by_lengths([2, 6, 5, 1], 6, at_end=True), by_lengths([2, 6, 5, 1], 6, at_end=True)),
    "onetomany": (by_lengths([1, 1, 1, 1], 6), by_lengths([6, 6, 6, 6], 6)),
}


def make_batch(network, masks, random, starts=None):
    features_mask, labels_mask = (np.array(mask, dtype=np.float64) for mask in masks)
    n, t = features_mask.shape
    outputs = network.layers[-1][1]
    features = random.uniform(-1, 1, (n, network.inputs, t))
    if network.loss == "multiClassCrossEntropy":
        labels = np.eye(outputs)[random.integers(0, outputs, (n, t))].transpose(0, 2, 1)
    elif network.loss == "meanSquaredError":
        labels = random.uniform(-1, 1, (n, outputs, t))
    else:
        labels = random.integers(0, 2, (n, outputs, t)).astype(np.float64)
    if starts is None:
        starts = np.zeros((n, t))
        starts[:, 0] = 1
    batch = {
        "features": np.where(features_mask[:, None, :] > 0, features, ABSENT),
        "labels": np.where(labels_mask[:, None, :] > 0, labels, ABSENT),
        "featuresMask": features_mask,
        "labelsMask": labels_mask,
        "seriesStarts": np.array(starts, dtype=np.float64),
    }
    return {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in batch.items()}


def assert_close(a, b, what):
    for key in a:
        difference = (a[key] - b[key]).abs().max().item()
        assert difference < 1e-13, f"{what}: {key} differs by {difference}"


# MARK: files


def write(name, tensors, description):
    """Writes F64 tensors. One metadata key alone: the library writes several in random order."""
    arrays = {}
    for key, value in tensors.items():
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        arrays[key] = np.ascontiguousarray(value, dtype=np.float64)
    path = HERE / f"{name}.safetensors"
    save_file(arrays, path, metadata={"golden": json.dumps(description, sort_keys=True)})
    path.chmod(0o644)  # the library gives the file to its owner alone
    assert path.stat().st_size < 60_000, path


STACKS = {
    "lstm": [("lstm", 5)],
    "graves": [("graves", 5)],
    "lstm-graves": [("lstm", 5), ("graves", 4)],
    "lstm-lstm": [("lstm", 5), ("lstm", 4)],
}

LOSSES = {"mcxent": "multiClassCrossEntropy", "mse": "meanSquaredError", "xent": "binaryCrossEntropy"}


def write_case(stack, mask, loss, seed, starts=None, carried=False, l1=0.0, l2=0.0, suffix=""):
    random = np.random.Generator(np.random.PCG64(seed))
    network = Network(3, STACKS[stack] + [("output", 2 if loss == "xent" else 3)], LOSSES[loss], l1, l2)
    network.randomize(random)
    batch = make_batch(network, MASKS[mask], random, starts)
    if carried:
        n = batch["features"].shape[0]
        for index, (_, size) in enumerate(network.layers[:-1]):
            for name in "hc":
                values = torch.from_numpy(random.uniform(-1, 1, (n, size)))
                batch[f"initialState.layer{index}.{name}"] = values
    nn_can = mask in ("full", "ragged") and "graves" not in stack and starts is None and not carried
    result = run(network, batch, use_nn=nn_can)
    if nn_can:
        assert_close(result, run(network, batch), f"{stack} {mask} {loss}")
    write(f"{stack}-{mask}-{loss}{suffix}", {**batch, **network.parameters, **result}, {
        "inputs": network.inputs,
        "layers": [
            {"kind": kind, "size": size, **({"loss": network.loss} if kind == "output" else {})}
            for kind, size in network.layers],
        "l1": l1,
        "l2": l2,
        "recurrence": "torch.nn.LSTM" if nn_can else "written-out cells",
        "masks": mask,
    })


def write_networks():
    seed = 0
    for turn, stack in enumerate(["lstm", "graves", "lstm-graves"]):
        for number, mask in enumerate(MASKS):
            # Every loss with the full mask and with gaps; with the other masks they take turns.
            for loss in LOSSES if mask in ("full", "gaps") else [list(LOSSES)[(number + turn) % 3]]:
                seed += 1
                write_case(stack, mask, loss, seed)
    write_case("lstm-lstm", "ragged", "mcxent", 101)
    # Series that start in the middle, also at absent steps; rows 1 and 3 continue from a state.
    starts = [[1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1, 1]]
    write_case("lstm-graves", "full", "mcxent", 102, starts, carried=True, suffix="-starts")
    write_case("lstm-graves", "gaps", "mse", 103, starts, carried=True, suffix="-starts")
    write_case("lstm-graves", "ragged", "mcxent", 104, l1=0.01, l2=0.1, suffix="-penalty")


def write_updaters():
    """Five steps of SGD and Adam from the same parameters with the same gradients, by torch.optim."""
    random = np.random.Generator(np.random.PCG64(201))
    initial = torch.from_numpy(random.uniform(-1, 1, 7))
    gradients = torch.from_numpy(random.uniform(-1, 1, (5, 7)) * np.array([1e-6, 1e-3, 0.1, 1, 1, 10, 0]))
    tensors = {"parameters": initial, "gradients": gradients}
    makers = {
        "sgd": lambda p: torch.optim.SGD([p], lr=0.1),
        "adam": lambda p: torch.optim.Adam([p], lr=0.01, betas=(0.9, 0.999), eps=1e-8),
    }
    for name, make in makers.items():
        parameters = initial.clone().requires_grad_()
        optimizer = make(parameters)
        after, m, v = [], [], []
        for gradient in gradients:
            parameters.grad = gradient.clone()
            optimizer.step()
            after.append(parameters.detach().clone())
            if name == "adam":
                state = optimizer.state[parameters]
                m.append(state["exp_avg"].clone())
                v.append(state["exp_avg_sq"].clone())
        tensors[f"{name}.parameters"] = torch.stack(after)
        if name == "adam":
            tensors["adam.m"], tensors["adam.v"] = torch.stack(m), torch.stack(v)
    write("updaters", tensors, {
        "sgd": {"learningRate": 0.1},
        "adam": {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    })


def write_clipping():
    """Gradients of one layer of two parameters, clipped and normalized; torch's functions as a check."""
    random = np.random.Generator(np.random.PCG64(202))
    gradients = {
        "W": torch.from_numpy(random.uniform(-2, 2, (3, 4))),
        "b": torch.from_numpy(random.uniform(-0.2, 0.2, 4)),
    }
    value, norm = 0.5, 1.0
    of_layer = torch.cat([g.flatten() for g in gradients.values()]).norm()
    tensors = {}
    for name, g in gradients.items():
        tensors[f"gradient.{name}"] = g
        tensors[f"byValue.{name}"] = g.clamp(-value, value)
        tensors[f"l2PerLayer.{name}"] = g * min(1.0, norm / of_layer)
        tensors[f"l2PerParameter.{name}"] = g * min(1.0, norm / g.norm())
        tensors[f"renormalizedPerLayer.{name}"] = g / of_layer
        tensors[f"renormalizedPerParameter.{name}"] = g / g.norm()
    assert tensors["gradient.b"].norm() < norm < tensors["gradient.W"].norm()
    clones = [torch.nn.Parameter(torch.zeros_like(g)) for g in gradients.values()]
    for clone, g in zip(clones, gradients.values()):
        clone.grad = g.clone()
    torch.nn.utils.clip_grad_norm_(clones, norm)
    for clone, name in zip(clones, gradients):
        # torch divides by norm + 1e-6.
        assert (clone.grad - tensors[f"l2PerLayer.{name}"]).abs().max() < 2e-6
    write("clipping", tensors, {"value": value, "norm": norm})


# MARK: the case that is compiled into the Swift tests


def write_swift():
    """A small stacked case with gaps as Swift source: it checks the slow network without any file."""
    random = np.random.Generator(np.random.PCG64(301))
    network = Network(2, [("lstm", 2), ("graves", 2), ("output", 2)], "multiClassCrossEntropy", 0.01, 0.1)
    network.randomize(random)
    masks = ([[1, 0, 1, 0, 0], [0, 1, 1, 0, 1]], [[0, 0, 1, 0, 1], [1, 0, 1, 0, 0]])
    batch = make_batch(network, masks, random)
    result = run(network, batch)
    lines = [
        "// Written by Fixtures/golden/make_golden.py; do not edit.",
        "",
        "/// Two examples of five steps with gaps through lstm(2), graves(2) and a softmax output(2).",
        "///",
        "/// Names and shapes as in the golden files; l1 0.01, l2 0.1.",
        "enum GoldenGaps {",
        "  static let values: [String: [Double]] = [",
    ]
    for key, tensor in {**batch, **network.parameters, **result}.items():
        numbers = [repr(float(value)) for value in tensor.detach().flatten()]
        if len(numbers) == 1:
            lines.append(f'    "{key}": [{numbers[0]}],')
            continue
        lines.append(f'    "{key}": [')
        for first in range(0, len(numbers), 4):
            lines.append("      " + ", ".join(numbers[first:first + 4]) + ",")
        lines.append("    ],")
    SWIFT_FILE.write_text("\n".join(lines + ["  ]", "}", ""]))


def main():
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    torch.set_num_threads(1)  # one order of additions, so that the files are the same each time
    torch.use_deterministic_algorithms(True)
    write_networks()
    write_updaters()
    write_clipping()
    write_swift()


if __name__ == "__main__":
    main()
