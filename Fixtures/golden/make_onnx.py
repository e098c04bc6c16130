"""Writes `onnx/*.safetensors`: ONNX's own test vectors of LSTM and RNN in Timestep's layout. See README.md.

    python Fixtures/golden/make_onnx.py [FOLDER]     (numpy, safetensors; Debian's libonnx-testdata)

FOLDER is /usr/share/libonnx-testdata/data/node by default. Nothing is computed: numbers are moved to other places,
and the two biases are added.

ONNX's layout, and where it goes:
- W [directions, 4n, inputs], R [directions, 4n, n] in the row blocks i, o, f, c (c is the candidate, our a);
  ours are the transposes, [inputs, 4n] and [n, 4n], in the column blocks a, f, i, o.
- B [directions, 8n]: Wb and Rb one after the other, blocks as in W; ours is their sum.
- P [directions, 3n]: i, o, f; ours is f, i, o. P_f and P_i see the cell before the step, P_o the one after it, as ours.
- X [T, N, C], or [N, T, C] with layout 1; ours is [N, C, T].
- RNN: one block, activation tanh.
"""

import json
import pathlib
import sys

import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent / "onnx"
LSTMS = ["lstm_defaults", "lstm_with_initial_bias", "lstm_with_peepholes", "lstm_batchwise"]
RNNS = ["simple_rnn_defaults", "simple_rnn_with_initial_bias", "simple_rnn_batchwise", "rnn_seq_length"]


def fields(data):
    """The fields of a protobuf message: pairs (number, integer or bytes)."""
    def varint(place):
        value = shift = 0
        while True:
            byte = data[place]
            value |= (byte & 127) << shift
            place, shift = place + 1, shift + 7
            if byte < 128:
                return value, place

    place = 0
    while place < len(data):
        key, place = varint(place)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, place = varint(place)
        else:
            assert wire == 2, f"a field of wire type {wire}"
            length, place = varint(place)
            value, place = data[place:place + length], place + length
        yield number, value


def tensor(path):
    """A TensorProto's name (field 8) and array: dims are field 1, the type field 2, raw bytes field 9."""
    shape, kind, name, raw = [], None, None, None
    for number, value in fields(path.read_bytes()):
        if number == 1:
            shape.append(value)
        elif number == 2:
            kind = value
        elif number == 8:
            name = value.decode()
        elif number == 9:
            raw = value
        else:
            raise AssertionError(f"{path}: field {number}")
    return name, np.frombuffer(raw, {1: np.dtype("<f4"), 6: np.dtype("<i4")}[kind]).reshape(shape)


def attributes(path):
    """The integer attributes of the model's one node: model.graph (7), node (1), attribute (5), name 1, int 3."""
    graph, = (value for number, value in fields(path.read_bytes()) if number == 7)
    node, = (value for number, value in fields(graph) if number == 1)
    found = {}
    for number, value in fields(node):
        if number == 5:
            attribute = dict(fields(value))
            found[attribute[1].decode()] = attribute[3]
    return found


def convert(folder, name):
    case = folder / f"test_{name}"
    named = dict(tensor(path) for path in sorted((case / "test_data_set_0").glob("*.pb")))
    options = attributes(case / "model.onnx")
    n = options.pop("hidden_size")
    batch_first = options.pop("layout", 0) == 1
    assert not options, options
    x = named.pop("X") if batch_first else named.pop("X").transpose(1, 0, 2)  # [N, T, C]
    blocks = 4 if "lstm" in name else 1
    order = [3, 2, 0, 1] if blocks == 4 else [0]  # where a, f, i, o stand among i, o, f, c

    def rearranged(rows):
        return np.concatenate([rows[block * n:(block + 1) * n] for block in order])

    # Lengths, and states before the first step, are there only to be the default.
    assert (named.pop("sequence_lens", np.array([x.shape[1]])) == x.shape[1]).all()
    for state in ("initial_h", "initial_c"):
        assert (named.pop(state, np.zeros(1)) == 0).all()
    bias = named.pop("B", np.zeros((1, 2 * blocks * n), "<f4"))[0]
    result = {
        "features": x.transpose(0, 2, 1),
        "layer0.W": rearranged(named.pop("W")[0]).T,
        "layer0.R": rearranged(named.pop("R")[0]).T,
        "layer0.b": rearranged(bias[:blocks * n] + bias[blocks * n:]),
        "state.layer0.h": named.pop("Y_h").reshape(-1, n),  # [1, N, n], or [N, 1, n] with layout 1
    }
    if "P" in named:
        i, o, f = named.pop("P")[0].reshape(3, n)
        result["layer0.p"] = np.concatenate([f, i, o])
    if "Y" in named:
        y = named.pop("Y")  # [N, T, 1, n] with layout 1
        assert batch_first
        result["activation.layer0"] = y[:, :, 0, :].transpose(0, 2, 1)
    assert not named, named.keys()
    kind = "simpleRNN" if blocks == 1 else "graves" if "layer0.p" in result else "lstm"
    arrays = {key: np.ascontiguousarray(value, "<f4") for key, value in result.items()}
    path = HERE / f"{name}.safetensors"
    save_file(arrays, path, metadata={"golden": json.dumps({"kind": kind, "size": n})})
    path.chmod(0o644)


def main():
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) == 2 else "/usr/share/libonnx-testdata/data/node")
    HERE.mkdir(exist_ok=True)
    for name in LSTMS + RNNS:
        convert(folder, name)


if __name__ == "__main__":
    main()
