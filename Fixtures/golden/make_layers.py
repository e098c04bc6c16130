"""Writes `layers/*.safetensors` with PyTorch in double precision. See README.md.

    python Fixtures/golden/make_layers.py            (torch 2.13, numpy, safetensors)

Recurrences are torch.nn.RNN, GRU and LSTM themselves, with our parameters rearranged into theirs, so that autograd
gives gradients in our layout. A row's present steps are taken out, cut into its series, given to the module one
series at a time, and put back: thereby torch's own modules do gaps and empty fronts too. Where torch can do
the whole batch (full or ragged, packed), the script asserts that it gets the same to 1e-13.
"""

import itertools
import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file

from make_golden import ABSENT, MASKS, assert_close, select

HERE = pathlib.Path(__file__).resolve().parent / "layers"
functional = torch.nn.functional

# MARK: activations and losses

# Torch's own, but for hardSigmoid: torch's slope is 1/6, ours 0.2.
ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "hardSigmoid": lambda z: torch.clamp(0.2 * z + 0.5, 0, 1),
    "tanh": torch.tanh,
    "hardTanh": functional.hardtanh,
    "relu": torch.relu,
    "leakyReLU": lambda z: functional.leaky_relu(z, 0.01),
    "elu": functional.elu,
    "selu": torch.selu,
    # torch is linear above the threshold; 20 by default, where the difference is 2e-9.
    "softplus": lambda z: functional.softplus(z, threshold=50),
    "softsign": functional.softsign,
    "softmax": lambda z: torch.softmax(z, dim=-1),
    "gelu": functional.gelu,
    "swish": functional.silu,
}


def loss_terms(name, p, y, w):
    """The loss of each row of p [rows, outputs], by torch's functions of probabilities or values."""
    if name == "multiClassCrossEntropy":
        # nll_loss takes a class; labels are one-hot.
        return functional.nll_loss(torch.log(p), y.argmax(dim=-1), weight=w, reduction="none")
    if name == "binaryCrossEntropy":
        terms = functional.binary_cross_entropy(p, y, reduction="none")
    elif name in ("meanSquaredError", "sumOfSquares"):
        terms = functional.mse_loss(p, y, reduction="none")
    elif name in ("meanAbsoluteError", "sumOfAbsolutes"):
        terms = functional.l1_loss(p, y, reduction="none")
    elif name == "kullbackLeibler":
        terms = functional.kl_div(torch.log(p), y, reduction="none")
    else:
        terms = functional.poisson_nll_loss(p, y, log_input=False, full=False, eps=0, reduction="none")
    total = (terms * w).sum(dim=-1)
    return total / p.shape[-1] if name.startswith("mean") else total


def make_labels(name, random, shape):
    """Labels [..., outputs] that suit a loss."""
    outputs = shape[-1]
    if name == "multiClassCrossEntropy":
        return np.eye(outputs)[random.integers(0, outputs, shape[:-1])]
    if name == "binaryCrossEntropy":
        return random.integers(0, 2, shape).astype(np.float64)
    if name == "kullbackLeibler":
        return random.multinomial(8, [1 / outputs] * outputs, shape[:-1]) / 8
    if name == "poisson":
        return random.integers(0, 4, shape).astype(np.float64)
    return random.uniform(-1, 1, shape)


# MARK: layers, described as Tests/NetworksTests/Reference/GraphLayer.swift reads them


def lstm(n, activation="tanh"):
    return {"lstm": {"size": n, "activation": activation, "gate": "sigmoid"}}


def rnn(n, activation="tanh"):
    return {"simpleRNN": {"size": n, "activation": activation}}


def gru(n):
    return {"gru": {"size": n, "activation": "tanh", "gate": "sigmoid"}}


def both(layer, merge="concatenate"):
    return {"bidirectional": {"of": layer, "merge": merge}}


def dense(n, activation):
    return {"dense": {"size": n, "activation": activation}}


def window(kernel, stride=(1, 1), padding=(0, 0)):
    return {"kernel": list(kernel), "stride": list(stride), "padding": list(padding)}


def conv(channels, w, activation):
    return {"convolution": {"channels": channels, "window": w, "activation": activation}}


def pool(by, w):
    return {"subsampling": {"by": by, "window": w}}


def embedding(classes, n):
    return {"embedding": {"classes": classes, "size": n}}


def ending(by, order=2.0):
    return {"globalPooling": {"by": by, "order": order}}


LAST = {"lastTimeStep": {}}
OWN_LAST = {"ownLastStep": {}}
ENDS = ("lastTimeStep", "ownLastStep", "globalPooling")


def rnn_output(n, activation, loss, weights=None):
    return {"rnnOutput": {"size": n, "activation": activation, "loss": loss, **weights_of(weights)}}


def output(n, activation, loss, weights=None):
    return {"output": {"size": n, "activation": activation, "loss": loss, **weights_of(weights)}}


def weights_of(weights):
    return {} if weights is None else {"weights": weights}


def parts(layer):
    """Kind and settings."""
    return next(iter(layer.items()))


RECURRENT = {"lstm": (4, torch.nn.LSTM), "simpleRNN": (1, torch.nn.RNN), "gru": (3, torch.nn.GRU)}


def shapes_of(layer, shape):
    """The names and shapes of a layer's parameters, and the shape of a step after it."""
    kind, s = parts(layer)
    size = int(np.prod(shape))
    if kind in RECURRENT:
        n, k = s["size"], RECURRENT[kind][0]
        shapes = {"W": (size, k * n), "R": (n, k * n), "b": (k * n,)}
        if kind == "gru":
            shapes["rb"] = (n,)
        return shapes, (n,)
    if kind == "bidirectional":
        inner, (n,) = shapes_of(s["of"], shape)
        shapes = {f"{d}.{name}": x for d in ("forward", "backward") for name, x in inner.items()}
        return shapes, (2 * n if s["merge"] == "concatenate" else n,)
    if kind in ("dense", "rnnOutput", "output"):
        return {"W": (size, s["size"]), "b": (s["size"],)}, (s["size"],)
    if kind in ("convolution", "subsampling"):
        w = s["window"]
        hw = [
            (x + 2 * w["padding"][i] - w["kernel"][i]) // w["stride"][i] + 1 for i, x in enumerate(shape[1:])]
        if kind == "subsampling":
            return {}, (shape[0], *hw)
        return {"W": (s["channels"], shape[0], *w["kernel"]), "b": (s["channels"],)}, (s["channels"], *hw)
    if kind == "embedding":
        return {"W": (s["classes"], s["size"])}, (s["size"],)
    return {}, (size,)  # the ends of series


# MARK: recurrences by torch's modules


def module_of(layer, inputs, weights, backward=None):
    """torch's module for a layer, and our parameters as its own."""
    kind, s = parts(layer)
    n = s["size"]
    options = {"nonlinearity": s["activation"]} if kind == "simpleRNN" else {}
    module = RECURRENT[kind][1](
        inputs, n, batch_first=True, dtype=torch.float64, bidirectional=backward is not None, **options)

    def torch_order(x):
        # Ours a, f, i, o; torch's i, f, g (our a), o. GRU blocks agree: r, z, n.
        if kind != "lstm":
            return x
        a, f, i, o = x.split(n, dim=-1)
        return torch.cat([i, f, a, o], dim=-1)

    named = {}
    for suffix, w in (("", weights), ("_reverse", backward)):
        if w is None:
            continue
        zeros = torch.zeros_like(w["b"])
        named[f"weight_ih_l0{suffix}"] = torch_order(w["W"]).T
        named[f"weight_hh_l0{suffix}"] = torch_order(w["R"]).T
        named[f"bias_ih_l0{suffix}"] = torch_order(w["b"])
        # GRU: the candidate's recurrent bias stands inside the reset gate; those of r and z are in b.
        named[f"bias_hh_l0{suffix}"] = torch.cat([zeros[: 2 * n], w["rb"]]) if kind == "gru" else zeros
    return module, named


def initial(kind, h, c):
    """A state [n] in the form that a module expects for one series."""
    h = h.reshape(1, 1, -1)
    return (h, c.reshape(1, 1, -1)) if kind == "lstm" else h


def series_of(steps, starts, row):
    """The row's present steps, cut where series start: pairs of (True if a series starts there, steps)."""
    pieces = [(False, [])]
    for t in range(steps.shape[1]):
        if starts[row, t] > 0:
            pieces.append((True, []))
        if steps[row, t] > 0:
            pieces[-1][1].append(t)
    return pieces


def recurrent(layer, x, steps, starts, weights, state):
    """A recurrent or bidirectional layer over x [N, C, T]. `state`: (h, c) [N, n] before step 0; returns the last.

    Of a bidirectional layer, h is the `h_n` of each row's last series, forward and backward [N, 2n].
    """
    kind, s = parts(layer)
    merge = None
    if kind == "bidirectional":
        merge, inner = s["merge"], s["of"]
        kind, s = parts(inner)
        forward, backward = (
            {k.split(".")[1]: v for k, v in weights.items() if k.startswith(d)} for d in ("forward", "backward"))
        module, named = module_of(inner, x.shape[1], forward, backward)
    else:
        module, named = module_of(layer, x.shape[1], weights)
    n = s["size"]
    size = 2 * n if merge else n
    columns = [[torch.zeros(size, dtype=torch.float64)] * x.shape[2] for _ in range(x.shape[0])]
    last = []
    for row in range(x.shape[0]):
        h, c = state[0][row], state[1][row]
        for anew, present in series_of(steps, starts, row):
            if anew and not merge:
                h, c = torch.zeros_like(h), torch.zeros_like(c)
            if not present:
                continue
            inputs = (x[row, :, present].T[None],) + (() if merge else (initial(kind, h, c),))
            outputs, final = torch.func.functional_call(module, named, inputs)
            if merge:
                h = (final[0] if kind == "lstm" else final)[:, 0].flatten()
            else:
                h, c = (final[0][0, 0], final[1][0, 0]) if kind == "lstm" else (final[0, 0], c)
            for place, t in enumerate(present):
                columns[row][t] = outputs[0, place]
        last.append((h, c))
    y = torch.stack([torch.stack(row, dim=1) for row in columns])
    return join(y, merge, n), [torch.stack(values) for values in zip(*last)]


def join(y, merge, n):
    """The two directions' outputs [N, 2n, T] as one."""
    a, b = y[:, :n], y[:, n:]
    return {
        None: lambda: y, "concatenate": lambda: y, "sum": lambda: a + b, "mean": lambda: (a + b) / 2,
        "product": lambda: a * b}[merge]()


def packed(layer, x, steps, weights):
    """The same over a full or ragged batch, in torch's own way."""
    kind, s = parts(layer)
    merge = s["merge"] if kind == "bidirectional" else None
    if merge:
        forward, backward = (
            {k.split(".")[1]: v for k, v in weights.items() if k.startswith(d)} for d in ("forward", "backward"))
        module, named = module_of(s["of"], x.shape[1], forward, backward)
        s = parts(s["of"])[1]
    else:
        module, named = module_of(layer, x.shape[1], weights)
    sequence = torch.nn.utils.rnn.pack_padded_sequence(
        x.transpose(1, 2), steps.sum(dim=1).long(), batch_first=True, enforce_sorted=False)
    y, h = torch.func.functional_call(module, named, (sequence,))
    h = torch.cat(tuple(h[0] if isinstance(h, tuple) else h), dim=1)
    y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=True, total_length=x.shape[2])
    return join(y.transpose(1, 2), merge, s["size"]), h


# MARK: the whole network


class Case:
    def __init__(self, layers, shape, masks, l1=0.0, l2=0.0):
        self.layers, self.shape, self.masks, self.l1, self.l2 = layers, shape, masks, l1, l2
        self.parameters, self.shapes = {}, [shape]
        for layer in layers:
            self.shapes.append(shapes_of(layer, self.shapes[-1])[1])

    def randomize(self, random):
        for index, layer in enumerate(self.layers):
            for name, shape in shapes_of(layer, self.shapes[index])[0].items():
                values = torch.from_numpy(random.uniform(-0.8, 0.8, shape))
                self.parameters[f"layer{index}.{name}"] = values.requires_grad_()

    def weights(self, index):
        prefix = f"layer{index}."
        return {k[len(prefix):]: v for k, v in self.parameters.items() if k.startswith(prefix)}

    @property
    def end(self):
        """The settings of the output layer."""
        return parts(self.layers[-1])[1]

    def make_batch(self, random, starts):
        features_mask, labels_mask = (np.array(mask, dtype=np.float64) for mask in MASKS[self.masks])
        if any(parts(layer)[0] in ENDS for layer in self.layers):
            # One label per series, at its last labelled step.
            for row in labels_mask:
                row[: row.nonzero()[0].max()] = 0
        n, t = features_mask.shape
        size = int(np.prod(self.shape))
        features = random.uniform(-1, 1, (n, size, t))
        kind, s = parts(self.layers[0])
        if kind == "embedding":
            features = random.integers(0, s["classes"], (n, 1, t)).astype(np.float64)
        labels = make_labels(self.end["loss"], random, (n, t, self.end["size"])).transpose(0, 2, 1)
        if starts is None:
            starts = np.zeros((n, t))
            starts[:, 0] = 1
        batch = {
            "features": np.where(features_mask[:, None, :] > 0, features, ABSENT),
            "labels": np.where(labels_mask[:, None, :] > 0, labels, ABSENT),
            "featuresMask": features_mask, "labelsMask": labels_mask,
            "seriesStarts": np.array(starts, dtype=np.float64),
        }
        return {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in batch.items()}

    def per_step(self, index, x):
        """A layer without memory over x [N, C, T]: every step of every row is one item of torch's batch."""
        kind, s = parts(self.layers[index])
        w = self.weights(index)
        n, _, t = x.shape
        items = x.transpose(1, 2).reshape(n * t, -1)
        if kind in ("dense", "rnnOutput", "output"):
            y = ACTIVATIONS[s["activation"]](functional.linear(items, w["W"].T, w["b"]))
        elif kind == "embedding":
            y = functional.embedding(items[:, 0].long(), w["W"])
        else:
            images = items.reshape(n * t, *self.shapes[index])
            k, stride, padding = (tuple(s["window"][name]) for name in ("kernel", "stride", "padding"))
            if kind == "convolution":
                y = ACTIVATIONS[s["activation"]](functional.conv2d(images, w["W"], w["b"], stride, padding))
            elif s["by"] == "max":
                y = functional.max_pool2d(images, k, stride, padding)
            else:
                y = functional.avg_pool2d(images, k, stride, padding)
        return y.reshape(n, t, -1).transpose(1, 2)

    def end_series(self, index, x, steps):
        kind, s = parts(self.layers[index])
        rows = []
        for row in range(x.shape[0]):
            present = x[row][:, steps[row] > 0]
            if kind in ("lastTimeStep", "ownLastStep"):
                rows.append(present[:, -1])
            else:
                rows.append({
                    "max": lambda v: v.max(dim=1).values, "mean": lambda v: v.mean(dim=1),
                    "sum": lambda v: v.sum(dim=1),
                    "pNorm": lambda v: torch.linalg.vector_norm(v, ord=s["order"], dim=1)}[s["by"]](present))
        return torch.stack(rows)[:, :, None]

    def is_read_at_ends(self, index):
        """Whether `ownLastStep` follows a bidirectional layer, with dense layers between at most."""
        kinds = [parts(layer)[0] for layer in self.layers[index:]]
        following = [kind for kind in kinds[1:] if kind != "dense"]
        return kinds[0] == "bidirectional" and following[0] == "ownLastStep"

    def run(self, batch, check_packed):
        steps = torch.maximum(batch["featuresMask"], batch["labelsMask"])
        starts, labels_mask, labels = batch["seriesStarts"], batch["labelsMask"], batch["labels"]
        labels = select(labels_mask, labels)
        x = select(batch["featuresMask"], batch["features"])
        result = {}
        for index, layer in enumerate(self.layers):
            kind, s = parts(layer)
            if kind in RECURRENT or kind == "bidirectional":
                size = (s["of"] if kind == "bidirectional" else layer)
                zero = torch.zeros(x.shape[0], parts(size)[1]["size"], dtype=torch.float64)
                state = [batch.get(f"initialState.layer{index}.{name}", zero) for name in "hc"]
                y, state = recurrent(layer, x, steps, starts, self.weights(index), state)
                if check_packed:
                    other, h = packed(layer, x, steps, self.weights(index))
                    assert_close({"y": y, "h": state[0]}, {"y": other, "h": h}, f"{layer} packed")
                if self.is_read_at_ends(index):
                    # `h_n` takes the place of the output at the last present step, which alone is read.
                    ends = join(state[0][:, :, None], s["merge"], parts(s["of"])[1]["size"])[:, :, 0]
                    last = (steps * torch.arange(1, steps.shape[1] + 1)).argmax(dim=1)
                    is_last = torch.arange(steps.shape[1])[None, :] == last[:, None]
                    y = torch.where(is_last[:, None, :], ends[:, :, None], y)
                if kind != "bidirectional":
                    result[f"state.layer{index}.h"] = state[0]
                    if kind == "lstm":
                        result[f"state.layer{index}.c"] = state[1]
                x = y
            elif kind in ENDS:
                x = self.end_series(index, x, steps)
                labels = (labels * labels_mask[:, None, :]).sum(dim=2, keepdim=True)
                labels_mask = labels_mask.sum(dim=1, keepdim=True)
                steps = torch.ones_like(labels_mask)
            else:
                x = select(steps, self.per_step(index, x))
            result[f"activation.layer{index}"] = x
        weights = torch.tensor(self.end.get("weights") or [1.0] * self.end["size"], dtype=torch.float64)
        cells = labels_mask.flatten() > 0
        p = x.transpose(1, 2).reshape(-1, x.shape[1])[cells]
        y = labels.transpose(1, 2).reshape(-1, x.shape[1])[cells]
        loss_sum = loss_terms(self.end["loss"], p, y, weights).sum()
        penalized = [w for key, w in self.parameters.items() if key.endswith((".W", ".R"))]
        penalty = sum(self.l1 * w.abs().sum() + self.l2 / 2 * (w * w).sum() for w in penalized)
        penalty = penalty + torch.zeros((), dtype=torch.float64)
        score = loss_sum / x.shape[0] + penalty
        gradients = torch.autograd.grad(score, list(self.parameters.values()))
        for key, gradient in zip(self.parameters, gradients):
            result[f"gradient.{key}"] = gradient
        for name, value in [("lossSum", loss_sum), ("penalty", penalty), ("score", score)]:
            result[name] = value.reshape(1)
        return {key: value.detach() for key, value in result.items()}

    @property
    def description(self):
        if len(self.shape) == 1:
            shape = {"vector": {"size": self.shape[0]}}
        else:
            shape = {"image": dict(zip(["channels", "height", "width"], self.shape))}
        return {"input": shape, "layers": self.layers, "l1": self.l1, "l2": self.l2}


def write(name, tensors, description):
    """Writes F64 tensors. One metadata key alone: the library writes several in random order."""
    arrays = {}
    for key, value in tensors.items():
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        arrays[key] = np.ascontiguousarray(value, dtype=np.float64)
    path = HERE / f"{name}.safetensors"
    save_file(arrays, path, metadata={"golden": json.dumps(description, sort_keys=True)})
    path.chmod(0o644)
    assert path.stat().st_size < 60_000, path


def write_case(name, layers, shape, masks, seed, starts=None, carried=False, **penalties):
    random = np.random.Generator(np.random.PCG64(seed))
    case = Case(layers, shape, masks, **penalties)
    case.randomize(random)
    batch = case.make_batch(random, starts)
    if carried:
        for index, layer in enumerate(layers):
            kind, s = parts(layer)
            for part in "hc"[: 2 if kind == "lstm" else 1] if kind in RECURRENT else "":
                values = torch.from_numpy(random.uniform(-1, 1, (batch["features"].shape[0], s["size"])))
                batch[f"initialState.layer{index}.{part}"] = values
    result = case.run(batch, check_packed=masks in ("full", "ragged") and starts is None and not carried)
    write(f"{name}-{masks}" + ("-starts" if starts else ""), {**batch, **case.parameters, **result},
          case.description)


STARTS = [[1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1, 1]]


def write_networks():
    seed = itertools.count(1001)
    mse = rnn_output(2, "identity", "meanSquaredError")
    classes = rnn_output(3, "softmax", "multiClassCrossEntropy")
    for name, layer in [("rnn", rnn(4)), ("rnn-relu", rnn(4, "relu")), ("gru", gru(3))]:
        for masks in ("ragged", "gaps") if name != "gru" else MASKS:
            write_case(name, [layer, mse], (3,), masks, next(seed))
    for name, layers in [("rnn", [rnn(3), mse]), ("gru", [gru(3), gru(2), classes])]:
        for masks in ("full", "gaps"):
            write_case(name, layers, (2,), masks, next(seed), STARTS, carried=True)
    for name, layer in [("lstm", lstm(3)), ("gru", gru(3)), ("rnn", rnn(3))]:
        for masks in MASKS:
            write_case(f"both-{name}", [both(layer), classes], (2,), masks, next(seed))
        write_case(f"both-{name}", [both(layer), classes], (2,), "gaps", next(seed), STARTS)
    for merge in ("sum", "mean", "product"):
        write_case(f"both-lstm-{merge}", [both(lstm(3), merge), mse], (2,), "ragged", next(seed))
        write_case(f"both-gru-{merge}", [both(gru(2), merge), mse], (2,), "gaps", next(seed))
    write_case("both-stacked", [both(lstm(3)), both(gru(2), "sum"), rnn(3), classes], (2,), "gaps", next(seed),
               l1=0.01, l2=0.1)
    for masks in ("gaps", "ragged"):
        write_case("dense", [dense(4, "relu"), dense(3, "gelu"), mse], (3,), masks, next(seed))
        write_case("embedding", [embedding(5, 3), lstm(2), classes], (1,), masks, next(seed))
        write_case("conv-pool", [
            conv(2, window((2, 3)), "relu"), pool("max", window((2, 2), (2, 1))), dense(3, "tanh"), mse,
        ], (1, 5, 5), masks, next(seed))
        write_case("conv-padded", [
            conv(3, window((3, 2), (2, 1), (1, 1)), "tanh"), pool("mean", window((2, 2), (1, 2), (1, 0))), classes,
        ], (2, 4, 3), masks, next(seed))
        write_case("pool-padded", [pool("max", window((3, 3), (2, 2), (1, 1))), classes], (2, 4, 4), masks,
                   next(seed))
    write_case("conv-dense-lstm", [
        conv(2, window((2, 2)), "relu"), pool("max", window((2, 2), (2, 2))), dense(4, "elu"), lstm(3), classes,
    ], (1, 5, 5), "gaps", next(seed), l1=0.01, l2=0.1)
    one = output(3, "softmax", "multiClassCrossEntropy")
    ends = {"last": LAST, "max": ending("max"), "mean": ending("mean"), "sum": ending("sum"),
            "norm2": ending("pNorm"), "norm3": ending("pNorm", 3.0)}
    for name, end in ends.items():
        for masks in ("gaps", "ragged") if name != "last" else MASKS:
            write_case(f"end-{name}", [gru(3), end, one], (2,), masks, next(seed))
    write_case("end-both", [both(lstm(3)), LAST, dense(4, "tanh"), output(2, "identity", "meanAbsoluteError")],
               (2,), "gaps", next(seed))
    weights = [0.5, 2.0, 3.0]
    write_case("weighted-classes", [lstm(3), rnn_output(3, "softmax", "multiClassCrossEntropy", weights)], (2,),
               "gaps", next(seed))
    for loss, activation in [
            ("binaryCrossEntropy", "sigmoid"), ("meanSquaredError", "tanh"), ("sumOfSquares", "sigmoid"),
            ("meanAbsoluteError", "identity"), ("sumOfAbsolutes", "softsign"), ("kullbackLeibler", "softmax"),
            ("poisson", "softplus")]:
        write_case(f"loss-{loss}", [lstm(2), rnn_output(3, activation, loss)], (2,), "gaps", next(seed))
        write_case(f"loss-{loss}-weighted", [lstm(2), rnn_output(3, activation, loss, weights)], (2,), "ragged",
                   next(seed))


def write_ends():
    """Both directions, each read at its own end (`h_n`)."""
    seed = itertools.count(3001)
    classes = output(3, "softmax", "multiClassCrossEntropy")
    for name, layer in [("lstm", lstm(3)), ("gru", gru(3)), ("rnn", rnn(3))]:
        for masks in ("front", "gaps", "ragged"):
            write_case(f"own-{name}", [both(layer), OWN_LAST, classes], (2,), masks, next(seed))
        for masks in ("front", "ragged"):
            write_case(f"own-twice-{name}", [both(layer), both(layer), OWN_LAST, classes], (2,), masks, next(seed))
    for merge in ("sum", "mean", "product"):
        write_case(f"own-{merge}", [both(gru(3), merge), OWN_LAST, classes], (2,), "gaps", next(seed))
    write_case("own-dense", [both(lstm(3)), dense(4, "tanh"), OWN_LAST, classes], (2,), "gaps", next(seed))
    write_case("own-lstm", [both(lstm(3)), OWN_LAST, classes], (2,), "gaps", next(seed), STARTS)


def write_activations():
    """Values and derivatives; softmax: of rows of 5, with the derivative of sum(rows * weights)."""
    random = np.random.Generator(np.random.PCG64(2001))
    z = np.concatenate([np.linspace(-12, 12, 44), random.normal(0, 1, 41)])  # 85 = 17 rows of 5; no kink is hit
    tensors = {"z": torch.from_numpy(z).reshape(17, 5)}
    tensors["weights"] = torch.from_numpy(random.uniform(-1, 1, (17, 5)))
    for name, activation in ACTIVATIONS.items():
        x = tensors["z"].clone().requires_grad_()
        y = activation(x)
        weights = tensors["weights"] if name == "softmax" else torch.ones_like(x)
        tensors[f"{name}.value"] = y
        tensors[f"{name}.derivative"] = torch.autograd.grad((y * weights).sum(), x)[0]
    write("activations", tensors, sorted(ACTIVATIONS))


def write_losses():
    """Losses of 4 rows of 4 outputs that an activation makes of z, with and without weights; derivatives by z."""
    random = np.random.Generator(np.random.PCG64(2002))
    pairs = {
        "multiClassCrossEntropy": ["softmax", "sigmoid", "softplus"],
        "binaryCrossEntropy": ["sigmoid", "softmax"],
        "kullbackLeibler": ["softmax", "sigmoid", "softplus"],
        "poisson": ["softmax", "sigmoid", "softplus"],
    }
    for name in ("meanSquaredError", "sumOfSquares", "meanAbsoluteError", "sumOfAbsolutes"):
        pairs[name] = list(ACTIVATIONS)
    tensors = {"z": torch.from_numpy(random.normal(0, 2, (4, 4)))}
    tensors["weights"] = torch.tensor([0.5, 1.0, 2.0, 3.0], dtype=torch.float64)
    for name, activations in pairs.items():
        labels = torch.from_numpy(make_labels(name, random, (4, 4)))
        tensors[f"{name}.labels"] = labels
        for activation in activations:
            for kind, weights in [("plain", torch.ones(4, dtype=torch.float64)), ("weighted", tensors["weights"])]:
                z = tensors["z"].clone().requires_grad_()
                losses = loss_terms(name, ACTIVATIONS[activation](z), labels, weights)
                key = f"{name}.{activation}.{kind}"
                tensors[f"{key}.value"] = losses
                tensors[f"{key}.derivative"] = torch.autograd.grad(losses.sum(), z)[0]
    write("losses", tensors, pairs)


def write_updaters():
    """Six updates of a weight and a bias with the same gradients, by torch.optim; decay shrinks the weight alone."""
    random = np.random.Generator(np.random.PCG64(2003))
    scales = np.array([1e-6, 1e-3, 0.1, 1, 1, 10, 0])
    tensors = {}
    for name in ("W", "b"):
        tensors[f"parameters.{name}"] = torch.from_numpy(random.uniform(-1, 1, 7))
        tensors[f"gradients.{name}"] = torch.from_numpy(random.uniform(-1, 1, (6, 7)) * scales)
    settings = {
        "sgd": {"learningRate": 0.1},
        "nesterovs": {"learningRate": 0.1, "momentum": 0.9},
        "adaGrad": {"learningRate": 0.1, "epsilon": 1e-6},
        "rmsProp": {"learningRate": 0.01, "decay": 0.95, "epsilon": 1e-8},
        "adaDelta": {"learningRate": 1.0, "decay": 0.95, "epsilon": 1e-6},
        "adam": {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8},
        "adamW": {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8, "weightDecay": 0.1},
        "amsGrad": {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8},
    }
    optim = torch.optim
    betas = (0.9, 0.99)
    makers = {
        "sgd": lambda p, decay: optim.SGD(p, lr=0.1),
        "nesterovs": lambda p, decay: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        "adaGrad": lambda p, decay: optim.Adagrad(p, lr=0.1, eps=1e-6),
        "rmsProp": lambda p, decay: optim.RMSprop(p, lr=0.01, alpha=0.95, eps=1e-8),
        "adaDelta": lambda p, decay: optim.Adadelta(p, lr=1.0, rho=0.95, eps=1e-6),
        "adam": lambda p, decay: optim.Adam(p, lr=0.01, betas=betas, eps=1e-8),
        "adamW": lambda p, decay: optim.AdamW(p, lr=0.01, betas=betas, eps=1e-8, weight_decay=decay),
        "amsGrad": lambda p, decay: optim.Adam(p, lr=0.01, betas=betas, eps=1e-8, amsgrad=True),
    }
    for updater, make in makers.items():
        for name, decay in (("W", 0.1), ("b", 0.0)):
            parameter = tensors[f"parameters.{name}"].clone().requires_grad_()
            optimizer = make([parameter], decay)
            after = []
            for gradient in tensors[f"gradients.{name}"]:
                parameter.grad = gradient.clone()
                optimizer.step()
                after.append(parameter.detach().clone())
            tensors[f"{updater}.{name}"] = torch.stack(after)
    write("updaters", tensors, settings)


def main():
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    HERE.mkdir(exist_ok=True)
    write_networks()
    write_ends()
    write_activations()
    write_losses()
    write_updaters()


if __name__ == "__main__":
    main()
